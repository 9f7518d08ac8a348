/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.Tuple2;
import dev.millrace.function.Function;
import dev.millrace.function.Function2;
import dev.millrace.internal.graph.KeyedWindowNode.Spec;
import dev.millrace.internal.lineage.CoalesceNode;
import dev.millrace.internal.lineage.FilterNode;
import dev.millrace.internal.lineage.MapNode;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.ParallelizedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.UnionNode;
import dev.millrace.internal.materialise.FoldedWindow;
import dev.millrace.internal.materialise.GroupedWindow;
import dev.millrace.internal.materialise.InvertedWindow;
import dev.millrace.internal.materialise.WindowProgram;
import dev.millrace.internal.operators.Actions;
import dev.millrace.internal.operators.Shuffles;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.Partitioner;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What counting and reducing mean as lineage, for a batch and for a window of panes. */
final class Aggregations {
    private static final int ALL = 0; // the one key of windows without keys
    private static final WindowedFunction<Long> COUNTS = WindowedFunction.of((a, b) -> a + b, (a, b) -> a - b);

    private Aggregations() {}

    static <T> RddNode<Long> count(Operator operator, RddNode<T> in) {
        RddNode<Long> counts = new MapPartitionsNode<>(operator, in, records -> single(countOf(records)), false);
        RddNode<Long> atLeastOne =
                new UnionNode<>(operator, List.of(counts, new ParallelizedNode<>(operator, List.of(0L), 1)));
        return merged(operator, atLeastOne, COUNTS.merge());
    }

    private static <T> long countOf(Iterator<T> records) {
        long[] count = {0};
        records.forEachRemaining(value -> count[0]++);
        return count[0];
    }

    static <T> RddNode<T> reduce(Operator operator, RddNode<T> in, Function2<T, T, T> merge) {
        return merged(operator, new MapPartitionsNode<>(operator, in, records -> fold(records, merge), false), merge);
    }

    /** All records as one, in one partition. */
    private static <T> RddNode<T> merged(Operator operator, RddNode<T> in, Function2<T, T, T> merge) {
        return new MapPartitionsNode<>(
                operator, new CoalesceNode<>(operator, in, 1), records -> fold(records, merge), false);
    }

    private static <T> Iterator<T> fold(Iterator<T> records, Function2<T, T, T> merge) throws Exception {
        if (!records.hasNext()) {
            return Collections.emptyIterator();
        }
        T result = records.next();
        while (records.hasNext()) {
            result = merge.call(result, records.next());
        }
        return single(result);
    }

    private static <T> Iterator<T> single(T value) {
        return Collections.singletonList(value).iterator(); // which may be null
    }

    static <T> RddNode<Tuple2<T, Long>> countByValue(Operator operator, RddNode<T> in, Partitioner partitioner) {
        return Shuffles.reduceByKey(
                operator,
                new MapNode<>(operator, in, value -> new Tuple2<>(value, 1L), false),
                COUNTS.merge(),
                partitioner);
    }

    static <T> RddNode<List<T>> glom(Operator operator, RddNode<T> in) {
        return new MapPartitionsNode<>(operator, in, records -> single(Actions.toList(records)), false);
    }

    static <T> Spec<T, Integer, Long, Long, Long> countByWindow(Operator operator) {
        return ofAll(operator, in -> count(operator, in), COUNTS);
    }

    static <T> Spec<T, Integer, T, T, T> reduceByWindow(Operator operator, WindowedFunction<T> function) {
        return ofAll(operator, in -> reduce(operator, in, function.merge()), function);
    }

    /**
     * @param one a batch as at most one record
     */
    private static <T, V> Spec<T, Integer, V, V, V> ofAll(
            Operator operator, java.util.function.Function<RddNode<T>, RddNode<V>> one, WindowedFunction<V> function) {
        Partitioner single = new HashPartitioner(1);
        return new Spec<>(
                in -> Shuffles.reduceByKey(
                        operator,
                        new MapNode<>(operator, one.apply(in), value -> new Tuple2<>(ALL, value), false),
                        function.merge(),
                        single),
                single,
                program(operator, function),
                function.inverse() != null,
                pairs -> new MapNode<>(operator, pairs, Tuple2::_2, false));
    }

    static <T> Spec<T, T, Long, Long, Tuple2<T, Long>> countByValueAndWindow(
            Operator operator, Partitioner partitioner) {
        return new Spec<>(
                in -> countByValue(operator, in, partitioner),
                partitioner,
                program(operator, COUNTS),
                true,
                pairs -> pairs);
    }

    static <K, V> Spec<Tuple2<K, V>, K, V, V, Tuple2<K, V>> reduceByKeyAndWindow(
            Operator operator,
            WindowedFunction<V> function,
            Partitioner partitioner,
            @Nullable Function<Tuple2<K, V>, Boolean> filter) {
        return new Spec<>(
                in -> Shuffles.reduceByKey(operator, in, function.merge(), partitioner),
                partitioner,
                program(operator, function),
                function.inverse() != null,
                pairs -> filter == null ? pairs : new FilterNode<>(operator, pairs, filter));
    }

    static <K, V> Spec<Tuple2<K, V>, K, List<V>, List<V>, Tuple2<K, List<V>>> groupByKeyAndWindow(
            Operator operator, Partitioner partitioner) {
        return new Spec<>(
                in -> Shuffles.groupByKey(operator, in, partitioner),
                partitioner,
                GroupedWindow::new,
                false,
                pairs -> pairs);
    }

    private static <K, V> WindowProgram<K, V, V> program(Operator operator, WindowedFunction<V> function) {
        Function2<V, V, V> merge = function.merge();
        Function2<V, V, V> inverse = function.inverse();
        if (inverse == null) {
            return shape -> new FoldedWindow<>(operator, merge, shape);
        }
        return shape -> new InvertedWindow<>(operator, merge, inverse, shape);
    }
}
