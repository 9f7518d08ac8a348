/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The resolvers of some schemas for a program's types. Made before the first value is decoded. For one thread. */
final class Resolvers {
    private final DeclaredTypes types;
    private final Map<Integer, Resolver> byFingerprint = new HashMap<>();
    private final boolean refuses;
    private final boolean rewrites;
    private int lastFingerprint;
    private @Nullable Resolver last;

    Resolvers(DeclaredTypes types, Map<Integer, Schema> schemas) {
        this.types = types;
        boolean anyRefused = false;
        boolean anyRewrites = false;
        for (Map.Entry<Integer, Schema> schema : schemas.entrySet()) {
            Resolver resolver = types.resolver(schema.getValue());
            byFingerprint.put(schema.getKey(), resolver);
            anyRefused |= resolver.isRefused();
            anyRewrites |= resolver.rewrites();
        }
        refuses = anyRefused;
        rewrites = anyRewrites;
    }

    boolean areFor(DeclaredTypes others, int schemas) {
        return types == others && byFingerprint.size() == schemas;
    }

    /** Returns whether values of some schema are refused; perhaps there are none. */
    boolean refuses() {
        return refuses;
    }

    /** Returns whether some values may have other bytes when they are written again. */
    boolean rewrites() {
        return rewrites;
    }

    Resolver get(int fingerprint) {
        if (last != null && lastFingerprint == fingerprint) {
            return last; // mostly, values of one type follow each other
        }
        Resolver resolver = byFingerprint.get(fingerprint);
        if (resolver == null) {
            throw new CodecException("damaged bytes: no schema has the fingerprint " + fingerprint);
        }
        lastFingerprint = fingerprint;
        last = resolver;
        return resolver;
    }
}
