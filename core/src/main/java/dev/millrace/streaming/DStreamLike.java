/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.Tuple2;
import dev.millrace.function.FlatMapFunction;
import dev.millrace.function.Function;
import dev.millrace.function.Function2;
import dev.millrace.function.Function3;
import dev.millrace.function.PairFlatMapFunction;
import dev.millrace.function.PairFunction;
import dev.millrace.function.VoidFunction;
import dev.millrace.function.VoidFunction2;
import dev.millrace.internal.graph.DerivedNode;
import dev.millrace.internal.graph.FunctionTypes;
import dev.millrace.internal.graph.KeyedWindowNode;
import dev.millrace.internal.graph.RecordNode;
import dev.millrace.internal.graph.RecordOperator;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.graph.StreamOutput;
import dev.millrace.internal.graph.TransformNode;
import dev.millrace.internal.graph.WindowBounds;
import dev.millrace.internal.graph.WindowNode;
import dev.millrace.internal.io.output.FileOutput;
import dev.millrace.internal.io.output.Printer;
import dev.millrace.internal.lineage.BrokenPromise;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.operators.Layouts;
import dev.millrace.internal.operators.MutationCheck;
import dev.millrace.internal.operators.Pairs;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.Output;
import dev.millrace.spi.OutputBatch;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operations that streams of records and streams of pairs have in common. A handle: operations add to the program before it is
 * started, and compute nothing by themselves.
 *
 * @param <T> the type of the records
 * @param <S> the stream's own type
 * @param <R> the type of the RDD of each batch
 */
public abstract sealed class DStreamLike<T, S extends DStreamLike<T, S, R>, R extends RDD<T>>
        extends StreamHandle<T, S, R> permits DStream, PairStreamJoins {
    private final @Nullable MutationCheck check;

    DStreamLike(StreamingContext context, StreamNode<T> node) {
        super(context, node);
        check = context.mutationCheck();
    }

    abstract S same(StreamNode<T> result);

    // ---- transformations ----

    /** One record for each, made by a function; order and partitions stay. */
    public final <U> DStream<U> map(Function<T, U> function) {
        return stream(perRecord("map", RecordOperator.map(function), List.of(FunctionTypes.result(function))));
    }

    /** One pair for each record, made by a function; order and partitions stay. A function that returns null is an error. */
    public final <K, V> PairDStream<K, V> mapToPair(PairFunction<T, K, V> function) {
        return pairs(perRecord(
                "mapToPair", RecordOperator.map(Pairs.made(function)), List.of(FunctionTypes.result(function))));
    }

    /** None, one or many records for each, made by a function; order and partitions stay. */
    public final <U> DStream<U> flatMap(FlatMapFunction<T, U> function) {
        return stream(perRecord("flatMap", RecordOperator.flatMap(function::call), FunctionTypes.elements(function)));
    }

    /** Like {@link #flatMap}, for functions that have a list at hand. */
    public final <U> DStream<U> flatMapList(Function<T, List<U>> function) {
        return stream(perRecord(
                "flatMapList",
                RecordOperator.flatMap(
                        value -> BrokenPromise.notNull(function.call(value), "return an empty list for no records")
                                .iterator()),
                FunctionTypes.elements(function)));
    }

    /** None, one or many pairs for each record, made by a function; order and partitions stay. */
    public final <K, V> PairDStream<K, V> flatMapToPair(PairFlatMapFunction<T, K, V> function) {
        return pairs(perRecord(
                "flatMapToPair", RecordOperator.flatMap(Pairs.madeMany(function)), FunctionTypes.elements(function)));
    }

    /**
     * The records made of each partition of each batch by a function, which is called once a partition, an empty one too.
     */
    public final <U> DStream<U> mapPartitions(FlatMapFunction<Iterator<T>, U> function) {
        return stream(derived(
                "mapPartitions", (operator, in) -> new MapPartitionsNode<>(operator, in, function::call, false)));
    }

    /**
     * The pairs made of each partition of each batch by a function, which is called once a partition, an empty one too.
     */
    public final <K, V> PairDStream<K, V> mapPartitionsToPair(PairFlatMapFunction<Iterator<T>, K, V> function) {
        return pairs(derived(
                "mapPartitionsToPair",
                (operator, in) -> new MapPartitionsNode<>(operator, in, Pairs.madeMany(function), false)));
    }

    /** The records for which {@code predicate} is true, in order; partitions stay. */
    public final S filter(Function<T, Boolean> predicate) {
        return same(perRecord("filter", RecordOperator.filter(predicate), node.recordTypes()));
    }

    /** The records of both streams, batch by batch; both must have the same slide. */
    public final S union(S other) {
        return same(Combinations.union(context, List.of(this, other)));
    }

    /**
     * The same records in so many partitions, dealt out in turn, so that all have about as many. Each batch is moved; fewer partitions
     * without that are {@code transform(rdd -> rdd.coalesce(n))}.
     *
     * @throws IllegalArgumentException if {@code partitions} is less than 1
     */
    public final S repartition(int partitions) {
        Layouts.checkPositive(Operator.here("repartition"), partitions);
        StreamNode<T> even = derived("repartition", (operator, in) -> Layouts.even(operator, in, partitions));
        even.setRecordTypes(node.recordTypes());
        return same(even);
    }

    /** Like {@link #window(Duration, Duration)}, with this stream's own slide. */
    public final S window(Duration length) {
        return window(length, node.slide());
    }

    /**
     * The records of the last {@code length}, each {@code slide}; both are multiples of this stream's slide. Windows near
     * the start are shorter. Records in order of their batches. Each batch is kept until no window contains it.
     */
    public final S window(Duration length, Duration slide) {
        WindowNode<T> window = WindowNode.of(Operator.here("window"), node, bounds(length, slide));
        add(window.panes());
        return same(add(window));
    }

    // ---- aggregations ----

    /** The number of records of each batch: one record, zero for an empty batch. */
    public final DStream<Long> count() {
        return stream(derived("count", Aggregations::count));
    }

    /** Like {@link #countByValue(int)}, in the default number of partitions. */
    public final PairDStream<T, Long> countByValue() {
        return countByValue(defaultPartitions());
    }

    /** Each record that occurs in a batch, with how often it does. */
    public final PairDStream<T, Long> countByValue(int partitions) {
        return pairs(derived(
                "countByValue",
                (operator, in) -> Aggregations.countByValue(operator, in, new HashPartitioner(partitions))));
    }

    /** The records of each batch merged to one by an associative function that changes neither argument. */
    public final DStream<T> reduce(Function2<T, T, T> merge) {
        return stream(derived("reduce", (operator, in) -> Aggregations.reduce(operator, in, guarded(operator, merge))));
    }

    /** The records of each partition of a batch as one list. */
    public final DStream<List<T>> glom() {
        return stream(derived("glom", Aggregations::glom));
    }

    /** The number of records of the last {@code length}, each {@code slide}. */
    public final DStream<Long> countByWindow(Duration length, Duration slide) {
        return stream(windowed("countByWindow", length, slide, operator -> Aggregations.countByWindow(operator)));
    }

    /**
     * The records of the last {@code length} merged to one, each {@code slide}; an empty window gives none. Each batch is
     * merged once, and then only what comes and leaves costs, though {@code merge} has no inverse.
     *
     * @param merge associative and commutative; changes neither argument
     */
    public final DStream<T> reduceByWindow(Function2<T, T, T> merge, Duration length, Duration slide) {
        return stream(windowed(
                "reduceByWindow",
                length,
                slide,
                operator -> Aggregations.reduceByWindow(operator, WindowedFunction.of(guarded(operator, merge)))));
    }

    /**
     * Like {@link #reduceByWindow(Function2, Duration, Duration)}, with a function that takes a value out again.
     *
     * @param inverse {@code inverse(merge(a, b), a)} equals {@code b}
     */
    public final DStream<T> reduceByWindow(
            Function2<T, T, T> merge, Function2<T, T, T> inverse, Duration length, Duration slide) {
        return stream(windowed(
                "reduceByWindow",
                length,
                slide,
                operator -> Aggregations.reduceByWindow(
                        operator, WindowedFunction.of(guarded(operator, merge), guarded(operator, inverse)))));
    }

    /** Like {@link #countByValueAndWindow(Duration, Duration, int)}, in the default number of partitions. */
    public final PairDStream<T, Long> countByValueAndWindow(Duration length, Duration slide) {
        return countByValueAndWindow(length, slide, defaultPartitions());
    }

    /** Each record that occurs in the last {@code length}, with how often it does, each {@code slide}. */
    public final PairDStream<T, Long> countByValueAndWindow(Duration length, Duration slide, int partitions) {
        return pairs(windowed(
                "countByValueAndWindow",
                length,
                slide,
                operator -> Aggregations.countByValueAndWindow(operator, new HashPartitioner(partitions))));
    }

    /** Each batch replaced by what the program's code makes of it; runs once a batch on the batch thread. */
    public final <U> DStream<U> transform(Function<R, RDD<U>> function) {
        return stream(transformed("transform", (rdd, time) -> function.call(rdd)));
    }

    /** Like {@link #transform(Function)}; the function also knows the time of the batch. */
    public final <U> DStream<U> transform(Function2<R, BatchTime, RDD<U>> function) {
        return stream(transformed("transform", function));
    }

    /** Like {@link #transform(Function)}, into pairs. */
    public final <K, V> PairDStream<K, V> transformToPair(Function<R, PairRDD<K, V>> function) {
        return pairs(transformed("transformToPair", (rdd, time) -> function.call(rdd)));
    }

    /** Like {@link #transform(Function2)}, into pairs. */
    public final <K, V> PairDStream<K, V> transformToPair(Function2<R, BatchTime, PairRDD<K, V>> function) {
        return pairs(transformed("transformToPair", function));
    }

    /**
     * Each batch and the one of another stream at the same time replaced by what the program's code makes of them; runs once a
     * batch on the batch thread. Both must have the same slide.
     */
    public final <U, W> DStream<W> transformWith(DStream<U> other, Function3<R, RDD<U>, BatchTime, RDD<W>> function) {
        return stream(transformedWith("transformWith", other, function));
    }

    /** Like {@link #transformWith(DStream, Function3)}, with a stream of pairs. */
    public final <K, V, W> DStream<W> transformWith(
            PairDStream<K, V> other, Function3<R, PairRDD<K, V>, BatchTime, RDD<W>> function) {
        return stream(transformedWith("transformWith", other, function));
    }

    /** Like {@link #transformWith(DStream, Function3)}, into pairs. */
    public final <U, K, V> PairDStream<K, V> transformWithToPair(
            DStream<U> other, Function3<R, RDD<U>, BatchTime, PairRDD<K, V>> function) {
        return pairs(transformedWith("transformWithToPair", other, function));
    }

    /** Like {@link #transformWith(PairDStream, Function3)}, into pairs. */
    public final <K2, V2, K, V> PairDStream<K, V> transformWithToPair(
            PairDStream<K2, V2> other, Function3<R, PairRDD<K2, V2>, BatchTime, PairRDD<K, V>> function) {
        return pairs(transformedWith("transformWithToPair", other, function));
    }

    // ---- outputs ----

    /** Prints the first ten records of each batch to standard output, under its time and the name that the program gave the stream. */
    public final OutputOperation print() {
        return print(10);
    }

    /** Like {@link #print()}, with at most {@code records} records a batch; three dots stand for the rest. */
    public final OutputOperation print(int records) {
        return output(
                "print",
                (rdd, batch) -> Printer.print(
                        System.out, batch.time(), node.isNamed() ? node.name() : null, rdd.take(records + 1), records));
    }

    /** Runs the program's code on the RDD of each batch, at least once, on the batch thread. */
    public final OutputOperation foreachRDD(VoidFunction<R> action) {
        return output("foreachRDD", (rdd, batch) -> action.call(rdd));
    }

    /** Like {@link #foreachRDD(VoidFunction)}; the action also knows the time of the batch. */
    public final OutputOperation foreachRDD(VoidFunction2<R, BatchTime> action) {
        return output("foreachRDD", (rdd, batch) -> action.call(rdd, batch.time()));
    }

    /** Like {@link #foreachRDD(VoidFunction)}, with a name for the output. */
    public final OutputOperation foreachRDD(String name, VoidFunction<R> action) {
        return output("foreachRDD", (rdd, batch) -> action.call(rdd)).named(name);
    }

    /** Like foreachRDD, and tells which batch of which output it is: the same when a batch is run again. */
    public final OutputOperation foreachBatch(VoidFunction2<R, OutputBatch> action) {
        return output("foreachBatch", action);
    }

    /** Sends each batch to an output, exactly once. */
    public final OutputOperation to(Output<? super T> output) {
        return exactlyOnce("to", output);
    }

    /** Text files, a directory a batch, {@code prefix-1000}: a line a record, exactly once. */
    public final OutputOperation saveAsTextFiles(String prefix) {
        return saveAsTextFiles(prefix, "");
    }

    /** Text files, a directory a batch, {@code prefix-1000.suffix}: a line a record, exactly once. */
    public final OutputOperation saveAsTextFiles(String prefix, String suffix) {
        return exactlyOnce("saveAsTextFiles", FileOutput.textFiles(prefix, suffix));
    }

    /** {@link #saveAsObjectFiles(String, String)} without a suffix. */
    public final OutputOperation saveAsObjectFiles(String prefix) {
        return saveAsObjectFiles(prefix, "");
    }

    /**
     * Encoded records, a directory a batch, {@code prefix-1000.suffix}, exactly once; {@code millraceContext().objectFile}
     * reads them. Their types are built in or declared by {@code registerTypes}.
     */
    public final OutputOperation saveAsObjectFiles(String prefix, String suffix) {
        return exactlyOnce(
                "saveAsObjectFiles",
                FileOutput.objectFiles(prefix, suffix, context.millraceContext().codec()));
    }

    // ---- internal ----

    @SuppressWarnings("unchecked") // rdd() made it
    private OutputOperation output(String name, VoidFunction2<R, OutputBatch> action) {
        return register(new StreamOutput<>(
                Operator.here(name),
                node,
                new StreamOutput.Foreach<T>(this::rdd, (rdd, batch) -> action.call((R) rdd, batch))));
    }

    private OutputOperation exactlyOnce(String name, Output<? super T> output) {
        return register(new StreamOutput<>(Operator.here(name), node, new StreamOutput.ExactlyOnce<>(output)));
    }

    private OutputOperation register(StreamOutput<T> output) {
        context.add(output);
        return new OutputOperation(context, output);
    }

    final <U> StreamNode<U> derived(
            String name, java.util.function.BiFunction<Operator, RddNode<T>, RddNode<U>> derive) {
        return add(new DerivedNode<>(Operator.here(name), node, derive));
    }

    /** @param types what is known of those that its records consist of */
    final <U> StreamNode<U> perRecord(String name, RecordOperator<T, U> operation, List<Type> types) {
        RecordNode<T, U> made = new RecordNode<>(Operator.here(name), node, operation);
        made.setRecordTypes(types);
        return add(made);
    }

    @SuppressWarnings("unchecked") // rdd() made it
    private <U> StreamNode<U> transformed(String name, Function2<R, BatchTime, ? extends RDD<U>> function) {
        return Combinations.transform(
                context, name, List.of(this), (rdds, time) -> function.call((R) rdds.get(0), time));
    }

    @SuppressWarnings("unchecked")
    private <O extends RDD<?>, U> StreamNode<U> transformedWith(
            String name, DStreamLike<?, ?, O> other, Function3<R, O, BatchTime, ? extends RDD<U>> function) {
        return Combinations.transform(
                context,
                name,
                List.of(this, other),
                (rdds, time) -> function.call((R) rdds.get(0), (O) rdds.get(1), time));
    }

    final TransformNode.Input<T> input() {
        return new TransformNode.Input<>(node, this::rdd);
    }

    /** A window's aggregation, with its panes before it. */
    final <K, V, W, U> StreamNode<U> windowed(
            String name,
            Duration length,
            Duration slide,
            java.util.function.Function<Operator, KeyedWindowNode.Spec<T, K, V, W, U>> spec) {
        Operator operator = Operator.here(name);
        KeyedWindowNode<K, V, W, U> window =
                KeyedWindowNode.of(operator, node, bounds(length, slide), spec.apply(operator));
        add(window.panes());
        return add(window);
    }

    private WindowBounds bounds(Duration length, Duration slide) {
        return new WindowBounds(length, slide, node.slide());
    }

    /** A merge function, watched for changes of its arguments if the configuration says so. */
    final <V> Function2<V, V, V> guarded(Operator operator, Function2<V, V, V> merge) {
        return check == null ? merge : check.guard(operator, merge);
    }

    final int defaultPartitions() {
        return context.millraceContext().defaultParallelism();
    }

    final <N extends StreamNode<?>> N add(N result) {
        context.add(result);
        return result;
    }

    final <U> DStream<U> stream(StreamNode<U> result) {
        return new DStream<>(context, result);
    }

    final <K, V> PairDStream<K, V> pairs(StreamNode<Tuple2<K, V>> result) {
        return new PairDStream<>(context, result);
    }
}
