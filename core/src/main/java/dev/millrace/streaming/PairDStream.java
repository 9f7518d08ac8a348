/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.Tuple2;
import dev.millrace.function.Function;
import dev.millrace.function.Function2;
import dev.millrace.internal.access.Handles;
import dev.millrace.internal.graph.BatchScope;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.lineage.MapNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.materialise.MutationCheck;
import dev.millrace.internal.materialise.UpdateStateByKey;
import dev.millrace.internal.operators.Shuffles;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.Partitioner;
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
        return updated(null, update);
    }

    /**
     * A state a key, kept from batch to batch. The function is called in every batch for every key that has state or new
     * values, with the values in order of arrival (an empty list if there are none) and the state so far; what it
     * returns is the new state, and an empty result drops the key. It must return a new object rather than change the
     * state in place: a task that is tried again would see the change, and an equal state is not kept. The result is all keys with their state, in order of first arrival within a partition.
     */
    public <S> PairDStream<K, S> updateStateByKey(
            StateType<S> type, Function2<List<V>, Optional<S>, Optional<S>> update) {
        context.millraceContext().getConf().registerTypes(type.type()); // an engine may send state between machines
        return updated(type, update);
    }

    private <S> PairDStream<K, S> updated(
            @Nullable StateType<S> type, Function2<List<V>, Optional<S>, Optional<S>> update) {
        Operator operator = Operator.here("updateStateByKey");
        return pairs(add(new StateNode<K, V, S>(
                operator,
                node,
                defaultPartitioner(),
                new UpdateStateByKey<>(operator, update, context.mutationCheck(type)),
                type)));
    }

    private Partitioner defaultPartitioner() {
        return new HashPartitioner(context.millraceContext().defaultParallelism());
    }
}
