/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.materialise;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.Operator;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds functions that change a retained object in place, by encoding it before and after the call. Too slow for
 * production; the test driver switches it on.
 */
public record MutationCheck(ValueCodec codec) implements Serializable {

    byte[] fingerprint(Optional<?> state) {
        return codec.encode(state);
    }

    void same(Operator operator, @Nullable Object key, byte[] before, Optional<?> state) {
        if (!Arrays.equals(before, codec.encode(state))) {
            throw new MillraceException("the function changed the state of key " + key + " in place, given to "
                    + operator + "; a task that is tried again would see the change twice: return a new object");
        }
    }
}
