/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.function.Function;
import dev.millrace.function.Function2;
import java.io.Serializable;

/**
 * Merges the values of a key into one: the first makes an accumulator, the others are merged into it. With {@code
 * mapSide}, that happens before the exchange too and {@code mergeCombiners} joins the results.
 */
public record Combine<V, C>(
        Operator operator,
        Function<V, C> create,
        Function2<C, V, C> mergeValue,
        Function2<C, C, C> mergeCombiners,
        boolean mapSide)
        implements Serializable {

    /** Makes an aggregation of functions of the program, none of which may return null. */
    public static <V, C> Combine<V, C> of(
            Operator operator,
            Function<V, C> create,
            Function2<C, V, C> mergeValue,
            Function2<C, C, C> mergeCombiners,
            boolean mapSide) {
        return new Combine<>(
                operator, value -> BrokenPromise.merged(create.call(value)), mergeValue, mergeCombiners, mapSide);
    }

    /**
     * Returns whether accumulators are values, which no merge changes, so that one may be kept and merged again: one function does
     * both merges, as in a reduction. Of two functions each may change its first argument.
     */
    public boolean isReduction() {
        return (Object) mergeValue == mergeCombiners;
    }
}
