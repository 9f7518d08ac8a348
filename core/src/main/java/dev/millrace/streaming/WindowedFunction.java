/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.function.Function2;
import org.jspecify.annotations.Nullable;

/**
 * Merges values into one, and perhaps takes one out again.
 *
 * @param inverse null if there is none
 */
record WindowedFunction<V>(
        Function2<V, V, V> merge, @Nullable Function2<V, V, V> inverse) {
    static <V> WindowedFunction<V> of(Function2<V, V, V> merge) {
        return new WindowedFunction<>(merge, null);
    }

    static <V> WindowedFunction<V> of(Function2<V, V, V> merge, Function2<V, V, V> inverse) {
        return new WindowedFunction<>(merge, inverse);
    }
}
