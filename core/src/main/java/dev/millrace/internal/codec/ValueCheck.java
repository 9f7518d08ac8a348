/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;

/** Passes over values and refuses those that hold what cannot be read, except in components that are removed. */
final class ValueCheck extends ValueSkipper {
    private final Resolvers resolvers;

    ValueCheck(Schemas schemas, Resolvers resolvers, ByteSource source) {
        super(schemas, source, null);
        this.resolvers = resolvers;
    }

    /**
     * Reads on to the end of the value.
     *
     * @throws CodecException if it is refused; the message names the type, each component and what to write
     */
    void check() {
        skip();
    }

    @Override
    protected void composite(int fingerprint) {
        Resolver resolver = resolvers.get(fingerprint);
        resolver.type(false);
        for (Resolver.Step step : resolver.steps()) {
            if (step.isRemoved()) {
                new ValueSkipper(schemas, source, null).skip();
            } else {
                check();
            }
        }
    }

    @Override
    protected void constant(int fingerprint, String name) {
        resolvers.get(fingerprint).type(true).constant(name);
    }
}
