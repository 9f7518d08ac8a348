/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.FilterNode;
import dev.millrace.internal.lineage.FlatMapNode;
import dev.millrace.internal.lineage.MapNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.UnionNode;
import dev.millrace.internal.operators.Layouts;
import dev.millrace.internal.operators.Shuffles;
import java.util.Collections;
import java.util.List;

/** Datasets as sets of records, equal by their own equals. Each is one aggregation by the record, which spills like others. */
final class SetOperations {
    private static final int LEFT = 1;
    private static final int RIGHT = 2;
    private static final long GONE = -1;

    private SetOperations() {}

    static <T> RddNode<T> distinct(Operator operator, RddNode<T> in, Partitioner partitioner) {
        return Layouts.keys(
                operator, Shuffles.reduceByKey(operator, marked(operator, in, true), (a, b) -> a, partitioner));
    }

    static <T> RddNode<Tuple2<T, Long>> counts(Operator operator, RddNode<T> in, MillraceContext context) {
        return Shuffles.reduceByKey(
                operator, marked(operator, in, 1L), Long::sum, new HashPartitioner(context.defaultParallelism()));
    }

    static <T> RddNode<T> intersection(Operator operator, RddNode<T> left, RddNode<T> right, Partitioner partitioner) {
        RddNode<Tuple2<T, Integer>> sides = Shuffles.reduceByKey(
                operator,
                both(operator, marked(operator, left, LEFT), marked(operator, right, RIGHT)),
                (a, b) -> a | b,
                partitioner);
        return Layouts.keys(operator, new FilterNode<>(operator, sides, pair -> pair._2() == (LEFT | RIGHT)));
    }

    static <T> RddNode<T> subtract(Operator operator, RddNode<T> left, RddNode<T> right, Partitioner partitioner) {
        RddNode<Tuple2<T, Long>> counts = Shuffles.reduceByKey(
                operator,
                both(operator, marked(operator, left, 1L), marked(operator, right, GONE)),
                (a, b) -> a < 0 || b < 0 ? GONE : a + b,
                partitioner);
        return new FlatMapNode<>(
                operator,
                counts,
                pair -> Collections.nCopies(Math.toIntExact(Math.max(0, pair._2())), pair._1())
                        .iterator(),
                false);
    }

    private static <T, M> RddNode<Tuple2<T, M>> marked(Operator operator, RddNode<T> in, M mark) {
        return new MapNode<>(operator, in, value -> new Tuple2<>(value, mark), false);
    }

    private static <T> RddNode<T> both(Operator operator, RddNode<T> left, RddNode<T> right) {
        return new UnionNode<>(operator, List.of(left, right));
    }
}
