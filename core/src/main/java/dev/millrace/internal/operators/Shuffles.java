/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.Tuple2;
import dev.millrace.function.Function2;
import dev.millrace.internal.lineage.Combine;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.rdd.Partitioner;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The aggregations by key, as shuffles; data that is laid out right already is aggregated where it is. */
public final class Shuffles {
    private Shuffles() {}

    public static <K, V> RddNode<Tuple2<K, V>> reduceByKey(
            Operator operator, RddNode<Tuple2<K, V>> parent, Function2<V, V, V> merge, Partitioner partitioner) {
        return combineByKey(parent, partitioner, new Combine<>(operator, value -> value, merge, merge, true));
    }

    public static <K, V> RddNode<Tuple2<K, List<V>>> groupByKey(
            Operator operator, RddNode<Tuple2<K, V>> parent, Partitioner partitioner) {
        Function2<List<V>, V, List<V>> add = (values, value) -> {
            values.add(value);
            return values;
        };
        Function2<List<V>, List<V>, List<V>> join = (first, second) -> {
            first.addAll(second);
            return first;
        };
        return combineByKey(
                parent,
                partitioner,
                new Combine<V, List<V>>(
                        operator,
                        value -> {
                            List<V> values = new ArrayList<>();
                            values.add(value);
                            return values;
                        },
                        add,
                        join,
                        false));
    }

    public static <K, V, C> RddNode<Tuple2<K, C>> combineByKey(
            RddNode<Tuple2<K, V>> parent, Partitioner partitioner, Combine<V, C> combine) {
        if (partitioner.equals(parent.partitioner())) {
            return new MapPartitionsNode<>(
                    combine.operator(),
                    parent,
                    pairs -> SpillingAggregation.of(pairs, combine, Objects.requireNonNull(TaskScope.current())),
                    true);
        }
        return new ShuffleNode<>(combine.operator(), parent, partitioner, combine);
    }
}
