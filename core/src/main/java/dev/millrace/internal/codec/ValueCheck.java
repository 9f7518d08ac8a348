/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import org.jspecify.annotations.Nullable;

/**
 * Passes over values as they will be read: into everything but components that are removed. Either refuses what cannot be
 * read, or notes the schemas that it meets.
 */
final class ValueCheck extends ValueSkipper {
    private final Resolvers resolvers;
    private final boolean refuses;

    /**
     * @param used where schemas are noted, or null to refuse
     */
    ValueCheck(Schemas schemas, Resolvers resolvers, ByteSource source, @Nullable Schemas used) {
        super(schemas, source, used);
        this.resolvers = resolvers;
        refuses = used == null;
    }

    @Override
    protected void composite(int fingerprint) {
        note(fingerprint);
        Resolver resolver = resolvers.get(fingerprint);
        if (refuses) {
            resolver.type(false);
        } else if (resolver.isRefused()) {
            skipUnseen(schemas.get(fingerprint).fields().size());
            return;
        }
        for (Resolver.Step step : resolver.steps()) {
            if (step.isRemoved()) {
                skipUnseen(1);
            } else {
                skip();
            }
        }
    }

    private void skipUnseen(int values) {
        for (int i = 0; i < values; i++) {
            new ValueSkipper(schemas, source, null).skip();
        }
    }

    @Override
    protected void constant(int fingerprint, String name) {
        note(fingerprint);
        if (refuses) {
            resolvers.get(fingerprint).type(true).constant(name);
        }
    }
}
