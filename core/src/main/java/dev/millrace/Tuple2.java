/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Two values side by side; equal when the values are; prints as {@code (a,b)}. */
public record Tuple2<A extends @Nullable Object, B extends @Nullable Object>(A _1, B _2) implements Serializable {

    /** The two values as one; either may be null. */
    public static <A extends @Nullable Object, B extends @Nullable Object> Tuple2<A, B> of(A a, B b) {
        return new Tuple2<>(a, b);
    }

    /** The same two values in the other order. */
    public Tuple2<B, A> swap() {
        return new Tuple2<>(_2, _1);
    }

    @Override
    public String toString() {
        return "(" + _1 + "," + _2 + ")";
    }
}
