/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance.oracle;

import dev.millrace.Tuple2;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.api.java.function.PairFunction;

/**
 * Functions and values of Millrace as those of Spark. Each kind of function is wrapped in one place and for any types,
 * because Java reads method references back by what they call, not by the types of the place where they were written.
 */
@SuppressWarnings("overloads") // they are given functions that have a type, not lambdas
final class SparkFunctions {
    private SparkFunctions() {}

    static <T, R> Function<T, R> spark(dev.millrace.function.Function<T, R> function) {
        return function::call;
    }

    static <T, U, R> Function2<T, U, R> spark(dev.millrace.function.Function2<T, U, R> function) {
        return function::call;
    }

    static <T, R> FlatMapFunction<T, R> spark(dev.millrace.function.FlatMapFunction<T, R> function) {
        return function::call;
    }

    static <T, K, V> PairFunction<T, K, V> spark(dev.millrace.function.PairFunction<T, K, V> function) {
        return record -> spark(function.call(record));
    }

    static <T, K, V> PairFlatMapFunction<T, K, V> spark(dev.millrace.function.PairFlatMapFunction<T, K, V> function) {
        return record -> {
            List<scala.Tuple2<K, V>> pairs = new ArrayList<>();
            function.call(record).forEachRemaining(pair -> pairs.add(spark(pair)));
            return pairs.iterator();
        };
    }

    /** A predicate of pairs. */
    static <K, V> Function<scala.Tuple2<K, V>, Boolean> pairwise(
            dev.millrace.function.Function<Tuple2<K, V>, Boolean> predicate) {
        return pair -> predicate.call(ours(pair));
    }

    static <K, V> scala.Tuple2<K, V> spark(Tuple2<K, V> pair) {
        return new scala.Tuple2<>(pair._1(), pair._2());
    }

    static <T> Optional<T> spark(java.util.Optional<T> optional) {
        return optional.map(Optional::of).orElseGet(Optional::empty);
    }

    static <K, V> Tuple2<K, V> ours(scala.Tuple2<K, V> pair) {
        return Tuple2.of(pair._1(), pair._2());
    }

    static <T> java.util.Optional<T> ours(Optional<T> optional) {
        return optional.isPresent() ? java.util.Optional.of(optional.get()) : java.util.Optional.empty();
    }
}
