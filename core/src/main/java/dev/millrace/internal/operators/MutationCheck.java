/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.error.CodecException;
import dev.millrace.error.RefusedException;
import dev.millrace.function.Function2;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.spi.Codec;
import java.io.Serializable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds functions that change records of a stream in place, by encoding them before and after the call. Too slow for
 * production; the test driver switches it on.
 */
public record MutationCheck(Codec codec) implements Serializable {

    /** Null for what the codec cannot encode: types that no checkpoint and no other machine sees are not checked. */
    public byte @Nullable [] fingerprint(@Nullable Object value) {
        try {
            return codec.encode(value);
        } catch (CodecException e) {
            return null;
        }
    }

    /** A merge function that fails when it changes one of the values that it is given. */
    public <V> Function2<V, V, V> guard(Operator operator, Function2<V, V, V> merge) {
        return (first, second) -> {
            byte[] firstBefore = fingerprint(first);
            byte[] secondBefore = fingerprint(second);
            V merged = merge.call(first, second);
            if (!Arrays.equals(firstBefore, fingerprint(first)) || !Arrays.equals(secondBefore, fingerprint(second))) {
                throw new RefusedException("the function changed one of the values that it merges in place, given"
                        + " to " + operator + "; windows and state may hold the same object: return a new one");
            }
            return merged;
        };
    }

    /** Refuses a function of a state that has changed the values that came. It may change its state. */
    public void same(Operator operator, @Nullable Object key, byte @Nullable [] before, Object values) {
        if (!Arrays.equals(before, fingerprint(values))) {
            throw new RefusedException("the function changed one of the values of key " + key + " in place, given to "
                    + operator + "; other outputs and a task that is tried again would see the change: begin the state"
                    + " with a new object");
        }
    }
}
