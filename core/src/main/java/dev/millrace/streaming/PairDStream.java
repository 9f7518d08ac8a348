/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.Tuple2;
import dev.millrace.function.FlatMapFunction;
import dev.millrace.function.Function;
import dev.millrace.function.Function2;
import dev.millrace.function.Function4;
import dev.millrace.internal.graph.FunctionTypes;
import dev.millrace.internal.graph.MappedNode;
import dev.millrace.internal.graph.RecordOperator;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.lineage.Combine;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddAccess;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.operators.Shuffles;
import dev.millrace.internal.state.MapWithState;
import dev.millrace.internal.state.StateProgram;
import dev.millrace.internal.state.UpdateStateByKey;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.Partitioner;
import dev.millrace.rdd.RDD;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stream of key-value pairs: a PairRDD per batch. Keys must be equal by value; see {@link PairRDD}.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class PairDStream<K, V> extends PairStreamJoins<K, V> {
    PairDStream(StreamingContext context, StreamNode<Tuple2<K, V>> node) {
        super(context, node);
    }

    @Override
    PairDStream<K, V> self() {
        return this;
    }

    @Override
    PairDStream<K, V> same(StreamNode<Tuple2<K, V>> result) {
        return pairs(result);
    }

    @Override
    PairRDD<K, V> rdd(RddNode<Tuple2<K, V>> lineage) {
        return RddAccess.rdds().wrapPairs(context.millraceContext(), lineage);
    }

    /** Each value replaced by a function of it. */
    public <U> PairDStream<K, U> mapValues(Function<V, U> function) {
        return pairs(
                perRecord("mapValues", RecordOperator.mapValues(function), List.of(FunctionTypes.result(function))));
    }

    /** None, one or many values for each, made by a function; keys stay where they are. */
    public <U> PairDStream<K, U> flatMapValues(FlatMapFunction<V, U> function) {
        return pairs(perRecord(
                "flatMapValues", RecordOperator.flatMapValues(function::call), FunctionTypes.elements(function)));
    }

    /** A stream of tuples as a stream of pairs, which it is. */
    public static <K, V> PairDStream<K, V> of(DStream<Tuple2<K, V>> stream) {
        return new PairDStream<>(stream.context, stream.node);
    }

    /** The same stream as one of tuples. */
    public DStream<Tuple2<K, V>> toDStream() {
        return stream(node);
    }

    /** Like {@link #reduceByKey(Function2, Partitioner)}, by hash into the default number of partitions. */
    public PairDStream<K, V> reduceByKey(Function2<V, V, V> merge) {
        return reduceByKey(merge, defaultPartitioner());
    }

    /** Like {@link #reduceByKey(Function2, Partitioner)}, by hash into {@code partitions} partitions. */
    public PairDStream<K, V> reduceByKey(Function2<V, V, V> merge, int partitions) {
        return reduceByKey(merge, new HashPartitioner(partitions));
    }

    /** Batch by batch, one pair a key: its values merged by an associative and commutative function. */
    public PairDStream<K, V> reduceByKey(Function2<V, V, V> merge, Partitioner partitioner) {
        return pairs(derived(
                "reduceByKey",
                (operator, in) -> Shuffles.reduceByKey(operator, in, guarded(operator, merge), partitioner)));
    }

    /** Like {@link #groupByKey(Partitioner)}, by hash into the default number of partitions. */
    public PairDStream<K, List<V>> groupByKey() {
        return groupByKey(defaultPartitioner());
    }

    /** Like {@link #groupByKey(Partitioner)}, by hash into {@code partitions} partitions. */
    public PairDStream<K, List<V>> groupByKey(int partitions) {
        return groupByKey(new HashPartitioner(partitions));
    }

    /** Batch by batch, one pair a key: all its values in order of arrival, in memory. */
    public PairDStream<K, List<V>> groupByKey(Partitioner partitioner) {
        return pairs(derived("groupByKey", (operator, in) -> Shuffles.groupByKey(operator, in, partitioner)));
    }

    /**
     * Like {@link #combineByKey(Function, Function2, Function2, Partitioner, boolean)}, with combining before values are
     * moved.
     */
    public <C> PairDStream<K, C> combineByKey(
            Function<V, C> create,
            Function2<C, V, C> mergeValue,
            Function2<C, C, C> mergeCombiners,
            Partitioner partitioner) {
        return combineByKey(create, mergeValue, mergeCombiners, partitioner, true);
    }

    /**
     * Batch by batch, one pair a key: its first value makes an accumulator, the others are merged into it.
     *
     * @param mergeValue may change and return its first argument, as {@code mergeCombiners} may
     * @param mapSideCombine whether values are combined before they are moved to the partition of their key too; on Spark
     *     only: in this process moving costs nothing, and an accumulator that functions may change is made for one use
     */
    public <C> PairDStream<K, C> combineByKey(
            Function<V, C> create,
            Function2<C, V, C> mergeValue,
            Function2<C, C, C> mergeCombiners,
            Partitioner partitioner,
            boolean mapSideCombine) {
        return pairs(derived(
                "combineByKey",
                (operator, in) -> Shuffles.combineByKey(
                        in, partitioner, Combine.of(operator, create, mergeValue, mergeCombiners, mapSideCombine))));
    }

    // ---- windows ----

    /**
     * Like {@link #groupByKeyAndWindow(Duration, Duration, Partitioner)}, with this stream's own slide, by hash into the
     * default number of partitions.
     */
    public PairDStream<K, List<V>> groupByKeyAndWindow(Duration length) {
        return groupByKeyAndWindow(length, node.slide());
    }

    /** Like {@link #groupByKeyAndWindow(Duration, Duration, Partitioner)}, by hash into the default number of partitions. */
    public PairDStream<K, List<V>> groupByKeyAndWindow(Duration length, Duration slide) {
        return groupByKeyAndWindow(length, slide, defaultPartitioner());
    }

    /** Like {@link #groupByKeyAndWindow(Duration, Duration, Partitioner)}, by hash into {@code partitions} partitions. */
    public PairDStream<K, List<V>> groupByKeyAndWindow(Duration length, Duration slide, int partitions) {
        return groupByKeyAndWindow(length, slide, new HashPartitioner(partitions));
    }

    /** Each {@code slide}, one pair a key: all its values of the last {@code length}, the oldest first, in memory. */
    public PairDStream<K, List<V>> groupByKeyAndWindow(Duration length, Duration slide, Partitioner partitioner) {
        return pairs(windowed(
                "groupByKeyAndWindow",
                length,
                slide,
                operator -> Aggregations.groupByKeyAndWindow(operator, partitioner)));
    }

    /**
     * Like {@link #reduceByKeyAndWindow(Function2, Duration, Duration, Partitioner)}, with this stream's own slide, by
     * hash into the default number of partitions.
     */
    public PairDStream<K, V> reduceByKeyAndWindow(Function2<V, V, V> merge, Duration length) {
        return reduceByKeyAndWindow(merge, length, node.slide());
    }

    /**
     * Like {@link #reduceByKeyAndWindow(Function2, Duration, Duration, Partitioner)}, by hash into the default number of
     * partitions.
     */
    public PairDStream<K, V> reduceByKeyAndWindow(Function2<V, V, V> merge, Duration length, Duration slide) {
        return reduceByKeyAndWindow(merge, length, slide, defaultPartitioner());
    }

    /**
     * Like {@link #reduceByKeyAndWindow(Function2, Duration, Duration, Partitioner)}, by hash into {@code partitions}
     * partitions.
     */
    public PairDStream<K, V> reduceByKeyAndWindow(
            Function2<V, V, V> merge, Duration length, Duration slide, int partitions) {
        return reduceByKeyAndWindow(merge, length, slide, new HashPartitioner(partitions));
    }

    /**
     * Each {@code slide}, one pair a key: its values of the last {@code length} merged. Each batch is merged once; then a
     * slide costs about three merges a key, however long the window is. Keys stand in the order in which they arrived
     * last.
     *
     * @param merge associative and commutative; changes neither argument, because windows hold both
     */
    public PairDStream<K, V> reduceByKeyAndWindow(
            Function2<V, V, V> merge, Duration length, Duration slide, Partitioner partitioner) {
        return pairs(windowed(
                "reduceByKeyAndWindow",
                length,
                slide,
                operator -> Aggregations.reduceByKeyAndWindow(
                        operator, WindowedFunction.of(guarded(operator, merge)), partitioner, null)));
    }

    /** Like {@link #reduceByKeyAndWindow(Function2, Function2, Duration, Duration)}, with this stream's own slide. */
    public PairDStream<K, V> reduceByKeyAndWindow(
            Function2<V, V, V> merge, Function2<V, V, V> inverse, Duration length) {
        return reduceByKeyAndWindow(merge, inverse, length, node.slide());
    }

    /**
     * Like {@link #reduceByKeyAndWindow(Function2, Function2, Duration, Duration, Partitioner, Function)}, without a
     * filter, by hash into the default number of partitions.
     */
    public PairDStream<K, V> reduceByKeyAndWindow(
            Function2<V, V, V> merge, Function2<V, V, V> inverse, Duration length, Duration slide) {
        return inverted(merge, inverse, length, slide, defaultPartitioner(), null);
    }

    /**
     * Like {@link #reduceByKeyAndWindow(Function2, Function2, Duration, Duration, Partitioner, Function)}, by hash into
     * {@code partitions} partitions.
     */
    public PairDStream<K, V> reduceByKeyAndWindow(
            Function2<V, V, V> merge,
            Function2<V, V, V> inverse,
            Duration length,
            Duration slide,
            int partitions,
            Function<Tuple2<K, V>, Boolean> filter) {
        return reduceByKeyAndWindow(merge, inverse, length, slide, new HashPartitioner(partitions), filter);
    }

    /**
     * Like {@link #reduceByKeyAndWindow(Function2, Duration, Duration, Partitioner)}, with a function that takes a value
     * out again: a slide costs a merge for each pair that comes and one for each that leaves, and only the panes grow with
     * the window. A key that no batch of the window has is gone, with or without a filter.
     *
     * @param inverse {@code inverse(merge(a, b), a)} equals {@code b}; changes neither argument
     * @param filter which pairs of a window to give
     */
    public PairDStream<K, V> reduceByKeyAndWindow(
            Function2<V, V, V> merge,
            Function2<V, V, V> inverse,
            Duration length,
            Duration slide,
            Partitioner partitioner,
            Function<Tuple2<K, V>, Boolean> filter) {
        return inverted(merge, inverse, length, slide, partitioner, filter);
    }

    private PairDStream<K, V> inverted(
            Function2<V, V, V> merge,
            Function2<V, V, V> inverse,
            Duration length,
            Duration slide,
            Partitioner partitioner,
            @Nullable Function<Tuple2<K, V>, Boolean> filter) {
        return pairs(windowed(
                "reduceByKeyAndWindow",
                length,
                slide,
                operator -> Aggregations.reduceByKeyAndWindow(
                        operator,
                        WindowedFunction.of(guarded(operator, merge), guarded(operator, inverse)),
                        partitioner,
                        filter)));
    }

    // ---- state ----

    /** Like {@link #updateStateByKey(StateType, Function2)}, without the type that a checkpoint needs. */
    public <S> PairDStream<K, S> updateStateByKey(Function2<List<V>, Optional<S>, Optional<S>> update) {
        return updateStateByKey(update, defaultPartitioner());
    }

    /** Like {@link #updateStateByKey(Function2)}, laid out by hash into {@code partitions} partitions. */
    public <S> PairDStream<K, S> updateStateByKey(Function2<List<V>, Optional<S>, Optional<S>> update, int partitions) {
        return updateStateByKey(update, new HashPartitioner(partitions));
    }

    /** Like {@link #updateStateByKey(Function2)}, laid out by a partitioner. */
    public <S> PairDStream<K, S> updateStateByKey(
            Function2<List<V>, Optional<S>, Optional<S>> update, Partitioner partitioner) {
        return updated(null, untimed(update), partitioner, null);
    }

    /** Like {@link #updateStateByKey(Function2, Partitioner)}; {@code initial} is the state before the very first batch. */
    public <S> PairDStream<K, S> updateStateByKey(
            Function2<List<V>, Optional<S>, Optional<S>> update, Partitioner partitioner, RDD<Tuple2<K, S>> initial) {
        return updated(null, untimed(update), partitioner, initial);
    }

    /**
     * A state a key, kept from batch to batch. The function is called in every batch for every key that has state or new
     * values, with the values in order of arrival (an empty list if there are none) and the state so far; what it
     * returns is the new state, and an empty result drops the key. It may change the state in place and return it: it is given
     * a copy, unless the type is known to be immutable. The values are records of the stream, which it must not change. The
     * result is all keys with their state, in order of first arrival within a partition.
     */
    public <S> PairDStream<K, S> updateStateByKey(
            StateType<S> type, Function2<List<V>, Optional<S>, Optional<S>> update) {
        return updated(type, untimed(update), defaultPartitioner(), null);
    }

    /** Like {@link #updateStateByKey(StateType, Function2)}, laid out by a partitioner. */
    public <S> PairDStream<K, S> updateStateByKey(
            StateType<S> type, Function2<List<V>, Optional<S>, Optional<S>> update, Partitioner partitioner) {
        return updated(type, untimed(update), partitioner, null);
    }

    /** {@code initial} is the state before the very first batch; a checkpoint that knows the state takes precedence. */
    public <S> PairDStream<K, S> updateStateByKey(
            StateType<S> type,
            Function2<List<V>, Optional<S>, Optional<S>> update,
            Partitioner partitioner,
            RDD<Tuple2<K, S>> initial) {
        return updated(type, untimed(update), partitioner, initial);
    }

    /** Like {@link #updateStateByKey(StateType, Function2)}; the function also knows the time of the batch and the key. */
    public <S> PairDStream<K, S> updateStateByKey(
            StateType<S> type, Function4<BatchTime, K, List<V>, Optional<S>, Optional<S>> update) {
        return updated(type, update, defaultPartitioner(), null);
    }

    /** Like {@link #updateStateByKey(StateType, Function4)}, laid out by a partitioner. */
    public <S> PairDStream<K, S> updateStateByKey(
            StateType<S> type,
            Function4<BatchTime, K, List<V>, Optional<S>, Optional<S>> update,
            Partitioner partitioner) {
        return updated(type, update, partitioner, null);
    }

    /** Like {@link #updateStateByKey(StateType, Function2, Partitioner, RDD)}; the function also knows time and key. */
    public <S> PairDStream<K, S> updateStateByKey(
            StateType<S> type,
            Function4<BatchTime, K, List<V>, Optional<S>, Optional<S>> update,
            Partitioner partitioner,
            RDD<Tuple2<K, S>> initial) {
        return updated(type, update, partitioner, initial);
    }

    /** Like {@link #updateStateByKey(Function2, Partitioner)}; the function also knows the time of the batch and the key. */
    public <S> PairDStream<K, S> updateStateByKey(
            Function4<BatchTime, K, List<V>, Optional<S>, Optional<S>> update, Partitioner partitioner) {
        return updated(null, update, partitioner, null);
    }

    /** Like {@link #updateStateByKey(Function2, Partitioner, RDD)}; the function also knows time and key. */
    public <S> PairDStream<K, S> updateStateByKey(
            Function4<BatchTime, K, List<V>, Optional<S>, Optional<S>> update,
            Partitioner partitioner,
            RDD<Tuple2<K, S>> initial) {
        return updated(null, update, partitioner, initial);
    }

    private static <K, V, S> Function4<BatchTime, K, List<V>, Optional<S>, Optional<S>> untimed(
            Function2<List<V>, Optional<S>, Optional<S>> update) {
        return (time, key, values, state) -> update.call(values, state);
    }

    private <S> PairDStream<K, S> updated(
            @Nullable StateType<S> type,
            Function4<BatchTime, K, List<V>, Optional<S>, Optional<S>> update,
            Partitioner partitioner,
            @Nullable RDD<Tuple2<K, S>> initial) {
        Operator operator = Operator.here("updateStateByKey");
        if (type != null && type.timeout() != null) {
            throw new IllegalArgumentException(operator + ": the state " + type.name()
                    + " has a timeout, and updateStateByKey calls its function for every key in every batch; return"
                    + " Optional.empty() to drop a key, or use mapWithState");
        }
        return pairs(state(
                operator,
                new UpdateStateByKey<>(operator, update, context.mutationCheck()),
                FunctionTypes.parameter(update, 1),
                type,
                partitioner,
                initial));
    }

    /**
     * A state a key, kept from batch to batch, and a stream of what the function maps. The function is called once a
     * record, in order of arrival, with the batch's time, the key, the value and the key's {@link State}, which it may
     * update or remove; an empty result maps to nothing. Keys without data cost nothing.
     *
     * <p>With a {@linkplain StateType#timeout timeout}, a key falls due in the first batch whose time is later than that
     * of its last data by more than the timeout. Unless it has data in that very batch, the function is called a last
     * time, after the records, with an empty value and {@link State#isTimingOut()}, and the key is dropped.
     */
    public <S, M> MapWithStateDStream<K, V, S, M> mapWithState(
            StateType<S> type, Function4<BatchTime, K, Optional<V>, State<S>, Optional<M>> function) {
        return mapWithState(StateSpec.function(function).stateType(type));
    }

    /** Like {@link #mapWithState(StateType, Function4)}, with all that can be said about the state. */
    public <S, M> MapWithStateDStream<K, V, S, M> mapWithState(StateSpec<K, V, S, M> spec) {
        Operator operator = Operator.here("mapWithState");
        StateNode<K, V, S> state = state(
                operator,
                new MapWithState<>(operator, spec.function, spec.timeout(), context.mutationCheck()),
                spec.keyType,
                spec.type,
                spec.partitioner == null ? defaultPartitioner() : spec.partitioner,
                spec.initial);
        return new MapWithStateDStream<>(context, add(new MappedNode<M>(state)), state);
    }

    private <S> StateNode<K, V, S> state(
            Operator operator,
            StateProgram<K, V, S> program,
            Type keyType,
            @Nullable StateType<S> type,
            Partitioner partitioner,
            @Nullable RDD<Tuple2<K, S>> initial) {
        if (type != null) { // an engine may send state between machines
            context.millraceContext().getConf().registerTypes(type.type());
        }
        return add(new StateNode<>(
                operator,
                node,
                partitioner,
                program,
                keyType,
                type,
                initial == null ? null : RddAccess.rdds().node(initial)));
    }

    private Partitioner defaultPartitioner() {
        return new HashPartitioner(defaultPartitions());
    }
}
