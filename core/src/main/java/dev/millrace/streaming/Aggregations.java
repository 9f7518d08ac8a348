/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.Tuple2;
import dev.millrace.function.Function;
import dev.millrace.function.Function2;
import dev.millrace.internal.graph.KeyedWindowNode.Spec;
import dev.millrace.internal.lineage.BrokenPromise;
import dev.millrace.internal.lineage.FilterNode;
import dev.millrace.internal.lineage.MapNode;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.ParallelizedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.internal.lineage.UnionNode;
import dev.millrace.internal.operators.Actions;
import dev.millrace.internal.operators.Shuffles;
import dev.millrace.internal.window.FoldedWindow;
import dev.millrace.internal.window.GroupedWindow;
import dev.millrace.internal.window.Inverse;
import dev.millrace.internal.window.InvertedWindow;
import dev.millrace.internal.window.WindowProgram;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.Partitioner;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the lineage of counts and reductions, for a batch and for a window of panes. */
final class Aggregations {
    private static final int ALL = 0; // the one key of windows without keys
    private static final WindowedFunction<Long> COUNTS = WindowedFunction.of((a, b) -> a + b, (a, b) -> a - b);

    private Aggregations() {}

    static <T> RddNode<Long> count(Operator operator, RddNode<T> in) {
        return merged(operator, counts(operator, in), COUNTS.merge());
    }

    /** The number of records in each partition, and a zero, so that there is a count if there is no partition. */
    private static <T> RddNode<Long> counts(Operator operator, RddNode<T> in) {
        RddNode<Long> counts = new MapPartitionsNode<>(operator, in, records -> single(countOf(records)), false);
        return new UnionNode<>(operator, List.of(counts, new ParallelizedNode<>(operator, List.of(0L), 1)));
    }

    private static <T> long countOf(Iterator<T> records) {
        long[] count = {0};
        records.forEachRemaining(value -> count[0]++);
        return count[0];
    }

    static <T> RddNode<T> reduce(Operator operator, RddNode<T> in, Function2<T, T, T> merge) {
        return merged(operator, partials(operator, in, merge), merge);
    }

    private static <T> RddNode<T> partials(Operator operator, RddNode<T> in, Function2<T, T, T> merge) {
        return new MapPartitionsNode<>(operator, in, records -> fold(records, merge), false);
    }

    /**
     * All partials as one, in one partition: merged in the order of their partitions. The shuffle between has the partials made
     * in all tasks; what gathered partitions into one had one task do all that stands above.
     */
    private static <T> RddNode<T> merged(Operator operator, RddNode<T> partials, Function2<T, T, T> merge) {
        RddNode<Tuple2<Integer, T>> gathered =
                new ShuffleNode<Integer, T, T>(operator, keyed(operator, partials), new HashPartitioner(1), null);
        return partials(operator, new MapNode<>(operator, gathered, Tuple2::_2, false), merge);
    }

    private static <T> RddNode<Tuple2<Integer, T>> keyed(Operator operator, RddNode<T> in) {
        return new MapNode<>(operator, in, value -> new Tuple2<>(ALL, value), false);
    }

    private static <T> Iterator<T> fold(Iterator<T> records, Function2<T, T, T> merge) throws Exception {
        if (!records.hasNext()) {
            return Collections.emptyIterator();
        }
        T result = records.next();
        while (records.hasNext()) {
            result = BrokenPromise.merged(merge.call(result, records.next()));
        }
        return single(result);
    }

    private static <T> Iterator<T> single(T value) {
        return List.of(value).iterator();
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
        return ofAll(operator, in -> counts(operator, in), COUNTS);
    }

    static <T> Spec<T, Integer, T, T, T> reduceByWindow(Operator operator, WindowedFunction<T> function) {
        return ofAll(operator, in -> partials(operator, in, function.merge()), function);
    }

    /**
     * @param partials a batch as at most one record a partition
     */
    private static <T, V> Spec<T, Integer, V, V, V> ofAll(
            Operator operator,
            java.util.function.Function<RddNode<T>, RddNode<V>> partials,
            WindowedFunction<V> function) {
        Partitioner single = new HashPartitioner(1);
        return new Spec<>(
                in -> Shuffles.reduceByKey(operator, keyed(operator, partials.apply(in)), function.merge(), single),
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
        Inverse<V> counted = new Inverse<>(operator, inverse);
        return shape -> new InvertedWindow<>(operator, merge, counted, shape);
    }
}
