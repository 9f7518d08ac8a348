/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.Tuple2;
import dev.millrace.error.RefusedException;
import dev.millrace.function.Function;
import dev.millrace.function.PairFlatMapFunction;
import dev.millrace.function.PairFunction;
import dev.millrace.internal.lineage.BrokenPromise;
import dev.millrace.internal.lineage.Operator;
import java.util.Iterator;

/** Functions that make pairs. A pair that is null is found here, and not where another operator takes it for a pair. */
public final class Pairs {
    private static final String ADVICE =
            "return a pair for each record; to have none for some of them, filter those out before, or use flatMapToPair";

    private Pairs() {}

    public static <T, K, V> Function<T, Tuple2<K, V>> made(PairFunction<T, K, V> function) {
        return record -> BrokenPromise.notNull(function.call(record), ADVICE);
    }

    /** One part of each pair, as a record of its own. */
    public static <P, R> Function<P, R> part(Operator operator, String name, Function<P, R> part) {
        return pair -> {
            R record = part.call(pair);
            if (record == null) {
                throw new RefusedException(operator + " was given a pair whose " + name
                        + " is null, and a record is never null; filter such pairs out before");
            }
            return record;
        };
    }

    public static <T, K, V> Function<T, Iterator<Tuple2<K, V>>> madeMany(PairFlatMapFunction<T, K, V> function) {
        return record -> {
            Iterator<Tuple2<K, V>> pairs =
                    BrokenPromise.notNull(function.call(record), "return an empty iterator for no pairs");
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return pairs.hasNext();
                }

                @Override
                public Tuple2<K, V> next() {
                    return BrokenPromise.inIterator(pairs.next());
                }
            };
        };
    }

    /** The pairs of one key with each value that a function makes of its value. */
    public static <K, V, U> Function<Tuple2<K, V>, Iterator<Tuple2<K, U>>> ofValues(
            Function<? super V, ? extends Iterator<? extends U>> function) {
        return pair -> {
            Iterator<? extends U> values =
                    BrokenPromise.notNull(function.call(pair._2()), "return an empty iterator for no values");
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return values.hasNext();
                }

                @Override
                public Tuple2<K, U> next() {
                    return new Tuple2<>(pair._1(), values.next());
                }
            };
        };
    }
}
