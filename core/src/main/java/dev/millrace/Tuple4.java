/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Four values side by side; equal when the values are; prints as {@code (a,b,c,d)}. */
public record Tuple4<
                A extends @Nullable Object,
                B extends @Nullable Object,
                C extends @Nullable Object,
                D extends @Nullable Object>(
        A _1, B _2, C _3, D _4) implements Serializable {

    /** The four values as one; each may be null. */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object>
            Tuple4<A, B, C, D> of(A a, B b, C c, D d) {
        return new Tuple4<>(a, b, c, d);
    }

    @Override
    public String toString() {
        return "(" + _1 + "," + _2 + "," + _3 + "," + _4 + ")";
    }
}
