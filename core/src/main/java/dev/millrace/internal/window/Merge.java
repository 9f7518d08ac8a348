/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.function.Function2;
import dev.millrace.internal.lineage.BrokenPromise;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.operators.UserCode;

/** The function that merges two values of a key, in the name of its operator when it fails. */
record Merge<V>(Operator operator, Function2<V, V, V> function) {
    V of(V first, V second) {
        try {
            return BrokenPromise.merged(function.call(first, second));
        } catch (Throwable e) {
            throw UserCode.failed(operator, e);
        }
    }
}
