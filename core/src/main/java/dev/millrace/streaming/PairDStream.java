/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.Tuple2;
import dev.millrace.function.Function;
import dev.millrace.function.Function2;
import dev.millrace.function.Function4;
import dev.millrace.internal.access.Handles;
import dev.millrace.internal.graph.BatchScope;
import dev.millrace.internal.graph.MappedNode;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.lineage.MapNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.materialise.MapWithState;
import dev.millrace.internal.materialise.MutationCheck;
import dev.millrace.internal.materialise.StateProgram;
import dev.millrace.internal.materialise.UpdateStateByKey;
import dev.millrace.internal.operators.Shuffles;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.Partitioner;
import dev.millrace.rdd.RDD;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stream of key-value pairs: a PairRDD per batch. Keys must be equal by value; see {@link PairRDD}.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class PairDStream<K, V> extends DStreamLike<Tuple2<K, V>, PairDStream<K, V>, PairRDD<K, V>> {
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
    PairRDD<K, V> rdd(BatchScope batch, RddNode<Tuple2<K, V>> lineage) {
        return Handles.rdds().wrapPairs(batch.context(), lineage);
    }

    /** Each value replaced by a function of it. */
    public <U> PairDStream<K, U> mapValues(Function<V, U> function) {
        return pairs(derived(
                "mapValues",
                (operator, in) ->
                        new MapNode<>(operator, in, pair -> new Tuple2<>(pair._1(), function.call(pair._2())), true)));
    }

    public PairDStream<K, V> reduceByKey(Function2<V, V, V> merge) {
        return reduceByKey(merge, defaultPartitioner());
    }

    public PairDStream<K, V> reduceByKey(Function2<V, V, V> merge, int partitions) {
        return reduceByKey(merge, new HashPartitioner(partitions));
    }

    /** Batch by batch, one pair a key: its values merged by an associative and commutative function. */
    public PairDStream<K, V> reduceByKey(Function2<V, V, V> merge, Partitioner partitioner) {
        MutationCheck check = context.mutationCheck(null);
        return pairs(derived(
                "reduceByKey",
                (operator, in) -> Shuffles.reduceByKey(
                        operator, in, check == null ? merge : check.guard(operator, merge), partitioner)));
    }

    /** Like {@link #updateStateByKey(StateType, Function2)}, without the type that a checkpoint needs. */
    public <S> PairDStream<K, S> updateStateByKey(Function2<List<V>, Optional<S>, Optional<S>> update) {
        return updateStateByKey(update, defaultPartitioner());
    }

    public <S> PairDStream<K, S> updateStateByKey(Function2<List<V>, Optional<S>, Optional<S>> update, int partitions) {
        return updateStateByKey(update, new HashPartitioner(partitions));
    }

    public <S> PairDStream<K, S> updateStateByKey(
            Function2<List<V>, Optional<S>, Optional<S>> update, Partitioner partitioner) {
        return updated(null, untimed(update), partitioner, null);
    }

    public <S> PairDStream<K, S> updateStateByKey(
            Function2<List<V>, Optional<S>, Optional<S>> update, Partitioner partitioner, RDD<Tuple2<K, S>> initial) {
        return updated(null, untimed(update), partitioner, initial);
    }

    /**
     * A state a key, kept from batch to batch. The function is called in every batch for every key that has state or new
     * values, with the values in order of arrival (an empty list if there are none) and the state so far; what it
     * returns is the new state, and an empty result drops the key. It must return a new object rather than change the
     * state in place: a task that is tried again would see the change, and an equal state is not kept. The result is all keys with their state, in order of first arrival within a partition.
     */
    public <S> PairDStream<K, S> updateStateByKey(
            StateType<S> type, Function2<List<V>, Optional<S>, Optional<S>> update) {
        return updated(type, untimed(update), defaultPartitioner(), null);
    }

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
                new UpdateStateByKey<>(operator, update, context.mutationCheck(type)),
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
                new MapWithState<>(operator, spec.function, spec.timeout(), context.mutationCheck(spec.type)),
                spec.type,
                spec.partitioner == null ? defaultPartitioner() : spec.partitioner,
                spec.initial);
        return new MapWithStateDStream<>(context, add(new MappedNode<M>(state)), state);
    }

    private <S> StateNode<K, V, S> state(
            Operator operator,
            StateProgram<K, V, S> program,
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
                type,
                initial == null ? null : Handles.rdds().node(initial)));
    }

    private Partitioner defaultPartitioner() {
        return new HashPartitioner(context.millraceContext().defaultParallelism());
    }
}
