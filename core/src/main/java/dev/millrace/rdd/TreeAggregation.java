/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.Tuple2;
import dev.millrace.function.Function2;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.internal.operators.Actions;
import dev.millrace.internal.operators.Layouts;
import dev.millrace.internal.operators.MapIterator;
import java.util.Iterator;

/**
 * Merges at most one record a partition with its neighbours in tasks, level by level, until the program's own thread has few to merge.
 * Each merge takes partitions in their order.
 */
final class TreeAggregation {
    private TreeAggregation() {}

    static <U> RddNode<U> levels(Operator operator, RddNode<U> partials, Function2<U, U, U> merge, int depth) {
        if (depth < 1) {
            throw new IllegalArgumentException(operator + " in " + depth + " levels; there must be at least 1");
        }
        int each = Math.max(2, (int) Math.ceil(Math.pow(partials.partitions(), 1.0 / depth)));
        RddNode<U> level = partials;
        while (level.partitions() > each + (level.partitions() + each - 1) / each) {
            level = merged(operator, level, merge, (level.partitions() + each - 1) / each);
        }
        return level;
    }

    /** Neighbours merged into so many partitions. */
    static <U> RddNode<U> merged(Operator operator, RddNode<U> partials, Function2<U, U, U> merge, int partitions) {
        int before = partials.partitions();
        RddNode<Tuple2<Integer, U>> placed = MapPartitionsNode.indexed(
                operator,
                partials,
                (partition, records) -> place(operator, partition, records, partitions, before),
                false);
        RddNode<U> neighbours = Layouts.values(
                operator, new ShuffleNode<Integer, U, U>(operator, placed, new HashPartitioner(partitions), null));
        return new MapPartitionsNode<>(
                operator,
                neighbours,
                records -> Actions.reduce(records, merge, operator).iterator(),
                false);
    }

    private static <U> Iterator<Tuple2<Integer, U>> place(
            Operator operator, int partition, Iterator<U> records, int partitions, int before) {
        int target = (int) ((long) partition * partitions / before);
        return new MapIterator<>(records, value -> new Tuple2<>(target, value), operator);
    }
}
