/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import dev.millrace.Tuple2;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * About how many bytes of heap a value needs, with what it refers to: strings by length, collections and arrays by their
 * first elements, records and other objects by their fields ({@link ObjectWalk}). Meant to be asked for a sample of the
 * records: a few nanoseconds for a string, some hundred for a nested collection, at most some ten thousand.
 */
public final class SizeEstimate {
    private static final ObjectLayout LAYOUT = ObjectLayout.CURRENT;
    private static final long WIDE_BOX = LAYOUT.object(Long.BYTES);
    private static final long BOX = LAYOUT.object(Integer.BYTES);
    private static final long STRING = LAYOUT.object(LAYOUT.reference() + Integer.BYTES + 2);
    private static final long PAIR = LAYOUT.object(2L * LAYOUT.reference());

    private SizeEstimate() {}

    public static long of(@Nullable Object value) {
        return of(value, null);
    }

    /** Makes an estimate for the values of one holder, on one thread: a large object to which several of them refer counts once. */
    public static ToLongFunction<Object> ofSeveral() {
        KnownObjects known = new KnownObjects();
        return value -> of(value, known);
    }

    /** Estimates a size, without large objects that were counted for the same holder before. */
    static long of(@Nullable Object value, @Nullable KnownObjects known) {
        long scalar = ofScalar(value);
        if (value == null || scalar >= 0 && (known == null || scalar < ObjectWalk.LARGE)) {
            return scalar;
        }
        if (value instanceof Tuple2<?, ?> pair) {
            long first = ofScalar(pair._1());
            long second = ofScalar(pair._2());
            if (first >= 0 && second >= 0 && (known == null || first + second < ObjectWalk.LARGE)) {
                return PAIR + first + second;
            }
        }
        return new ObjectWalk(known).count(value);
    }

    /** The size of what refers to nothing, which is quickly found, or -1. */
    static long ofScalar(@Nullable Object value) {
        if (value == null || value instanceof Enum<?>) {
            return 0;
        }
        if (value instanceof String text) {
            return ofString(text);
        }
        if (value instanceof Long || value instanceof Double) {
            return WIDE_BOX;
        }
        if (value instanceof Integer
                || value instanceof Boolean
                || value instanceof Character
                || value instanceof Float
                || value instanceof Short
                || value instanceof Byte) {
            return BOX;
        }
        return value instanceof byte[] bytes ? LAYOUT.array(bytes.length, 1) : -1;
    }

    private static long ofString(String text) {
        int length = text.length();
        if (length == 0) {
            return 0;
        }
        boolean wide = text.charAt(0) > 0xFF || text.charAt(length / 2) > 0xFF || text.charAt(length - 1) > 0xFF;
        return STRING + LAYOUT.array(length, wide ? 2 : 1);
    }
}
