/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.Tuple2;
import dev.millrace.internal.joins.Joins;
import dev.millrace.internal.lineage.FilterNode;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.operators.FilterIterator;
import dev.millrace.internal.operators.SpillingSort;
import dev.millrace.internal.operators.TaskScope;
import java.util.Collections;
import java.util.Comparator;
import java.util.Objects;

/** Pairs in order of their keys: moved to the partition of their range, and sorted there beyond memory. */
final class Sorting {
    private Sorting() {}

    static <K, V> RddNode<Tuple2<K, V>> byKey(
            Operator operator, PairRDD<K, V> pairs, Comparator<? super K> order, int partitions) {
        return within(operator, pairs.node(), new RangePartitioner<>(operator, partitions, pairs, order), order);
    }

    /** Pairs that are laid out by an equal partitioner already stay where they are. */
    static <K, V> RddNode<Tuple2<K, V>> within(
            Operator operator, RddNode<Tuple2<K, V>> in, Partitioner partitioner, Comparator<? super K> order) {
        return new MapPartitionsNode<>(
                operator,
                Joins.placed(operator, in, partitioner),
                pairs -> SpillingSort.of(
                        pairs,
                        (first, second) -> order.compare(first._1(), second._1()),
                        Objects.requireNonNull(TaskScope.current())),
                true);
    }

    /** Of pairs that are laid out by range, partitions that can have none of the range are not computed. */
    @SuppressWarnings("unchecked") // a partitioner of these pairs is one of their keys
    static <K, V> RddNode<Tuple2<K, V>> range(
            Operator operator, RddNode<Tuple2<K, V>> in, K lower, K upper, Comparator<? super K> order) {
        if (!(in.partitioner() instanceof RangePartitioner<?> ranges) || !((RangePartitioner<K>) ranges).isBy(order)) {
            return new FilterNode<>(operator, in, pair -> isBetween(order, lower, pair._1(), upper));
        }
        int one = ranges.getPartition(lower);
        int other = ranges.getPartition(upper);
        int first = Math.min(one, other); // in a descending order the upper end comes first
        int last = Math.max(one, other);
        return MapPartitionsNode.indexed(
                operator,
                in,
                (partition, pairs) -> first <= partition && partition <= last
                        ? new FilterIterator<>(pairs, pair -> isBetween(order, lower, pair._1(), upper), operator)
                        : Collections.emptyIterator(),
                true);
    }

    private static <K> boolean isBetween(Comparator<? super K> order, K lower, K key, K upper) {
        return order.compare(lower, key) <= 0 && order.compare(key, upper) <= 0;
    }
}
