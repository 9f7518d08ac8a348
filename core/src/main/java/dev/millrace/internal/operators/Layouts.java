/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.CoalesceNode;
import dev.millrace.internal.lineage.MapNode;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.rdd.HashPartitioner;
import java.util.Iterator;

/** Makes lineage that has the same records in another number of partitions. */
public final class Layouts {
    private Layouts() {}

    public static <T> RddNode<T> fewer(Operator operator, RddNode<T> in, int partitions) {
        checkPositive(operator, partitions);
        return new CoalesceNode<>(operator, in, partitions);
    }

    /** The records of each partition are dealt out in turn, beginning at another partition for each. */
    public static <T> RddNode<T> even(Operator operator, RddNode<T> in, int partitions) {
        checkPositive(operator, partitions);
        RddNode<Tuple2<Integer, T>> dealt = MapPartitionsNode.indexed(
                operator, in, (partition, records) -> deal(operator, partition, records, partitions), false);
        return values(operator, new ShuffleNode<Integer, T, T>(operator, dealt, new HashPartitioner(partitions), null));
    }

    private static <T> Iterator<Tuple2<Integer, T>> deal(
            Operator operator, int partition, Iterator<T> records, int partitions) {
        int[] next = {partition % partitions};
        return new MapIterator<>(
                records,
                value -> {
                    int target = next[0];
                    next[0] = target + 1 == partitions ? 0 : target + 1;
                    return new Tuple2<>(target, value);
                },
                operator);
    }

    public static <K> RddNode<K> keys(Operator operator, RddNode<? extends Tuple2<K, ?>> pairs) {
        return new MapNode<>(operator, pairs, Pairs.part(operator, "key", Tuple2::_1), false);
    }

    public static <V> RddNode<V> values(Operator operator, RddNode<? extends Tuple2<?, V>> pairs) {
        return new MapNode<>(operator, pairs, Pairs.part(operator, "value", Tuple2::_2), false);
    }

    /** @throws IllegalArgumentException if there is not at least one partition */
    public static void checkPositive(Operator operator, int partitions) {
        if (partitions < 1) {
            throw new IllegalArgumentException(
                    operator + " into " + partitions + " partitions; there must be at least 1");
        }
    }
}
