/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.Tuple2;
import dev.millrace.internal.graph.JoinedWindowsNode;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.joins.JoinKind;
import dev.millrace.internal.joins.Joins;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.Partitioner;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The joins of a stream of pairs: each batch is joined with the batch of the other stream at the same time, as {@link PairRDD} joins
 * datasets, in the same order. Both must have the same slide.
 */
abstract sealed class PairStreamJoins<K, V> extends DStreamLike<Tuple2<K, V>, PairDStream<K, V>, PairRDD<K, V>>
        permits PairDStream {
    PairStreamJoins(StreamingContext context, StreamNode<Tuple2<K, V>> node) {
        super(context, node);
    }

    /** Like {@link #join(PairDStream, Partitioner)}, laid out as an input is, or by hash. */
    public <W> PairDStream<K, Tuple2<V, W>> join(PairDStream<K, W> other) {
        return joined(JoinKind.INNER, "join", other, null);
    }

    /** Like {@link #join(PairDStream, Partitioner)}, by hash into {@code partitions} partitions. */
    public <W> PairDStream<K, Tuple2<V, W>> join(PairDStream<K, W> other, int partitions) {
        return join(other, new HashPartitioner(partitions));
    }

    /** Of each key that both batches have, each value here with each value of the other. */
    public <W> PairDStream<K, Tuple2<V, W>> join(PairDStream<K, W> other, Partitioner partitioner) {
        return joined(JoinKind.INNER, "join", other, partitioner);
    }

    /** Like {@link #leftOuterJoin(PairDStream, Partitioner)}, laid out as an input is, or by hash. */
    public <W> PairDStream<K, Tuple2<V, Optional<W>>> leftOuterJoin(PairDStream<K, W> other) {
        return joined(JoinKind.LEFT_OUTER, "leftOuterJoin", other, null);
    }

    /** Like {@link #leftOuterJoin(PairDStream, Partitioner)}, by hash into {@code partitions} partitions. */
    public <W> PairDStream<K, Tuple2<V, Optional<W>>> leftOuterJoin(PairDStream<K, W> other, int partitions) {
        return leftOuterJoin(other, new HashPartitioner(partitions));
    }

    /** Like {@link #join(PairDStream, Partitioner)}, and the keys that only this stream's batch has, without a value of the other. */
    public <W> PairDStream<K, Tuple2<V, Optional<W>>> leftOuterJoin(PairDStream<K, W> other, Partitioner partitioner) {
        return joined(JoinKind.LEFT_OUTER, "leftOuterJoin", other, partitioner);
    }

    /** Like {@link #rightOuterJoin(PairDStream, Partitioner)}, laid out as an input is, or by hash. */
    public <W> PairDStream<K, Tuple2<Optional<V>, W>> rightOuterJoin(PairDStream<K, W> other) {
        return joined(JoinKind.RIGHT_OUTER, "rightOuterJoin", other, null);
    }

    /** Like {@link #rightOuterJoin(PairDStream, Partitioner)}, by hash into {@code partitions} partitions. */
    public <W> PairDStream<K, Tuple2<Optional<V>, W>> rightOuterJoin(PairDStream<K, W> other, int partitions) {
        return rightOuterJoin(other, new HashPartitioner(partitions));
    }

    /** Like {@link #join(PairDStream, Partitioner)}, and the keys that only the other stream's batch has, without a value of this one. */
    public <W> PairDStream<K, Tuple2<Optional<V>, W>> rightOuterJoin(PairDStream<K, W> other, Partitioner partitioner) {
        return joined(JoinKind.RIGHT_OUTER, "rightOuterJoin", other, partitioner);
    }

    /** Like {@link #fullOuterJoin(PairDStream, Partitioner)}, laid out as an input is, or by hash. */
    public <W> PairDStream<K, Tuple2<Optional<V>, Optional<W>>> fullOuterJoin(PairDStream<K, W> other) {
        return joined(JoinKind.FULL_OUTER, "fullOuterJoin", other, null);
    }

    /** Like {@link #fullOuterJoin(PairDStream, Partitioner)}, by hash into {@code partitions} partitions. */
    public <W> PairDStream<K, Tuple2<Optional<V>, Optional<W>>> fullOuterJoin(PairDStream<K, W> other, int partitions) {
        return fullOuterJoin(other, new HashPartitioner(partitions));
    }

    /** Like {@link #join(PairDStream, Partitioner)}, and the keys that only one of the batches has. */
    public <W> PairDStream<K, Tuple2<Optional<V>, Optional<W>>> fullOuterJoin(
            PairDStream<K, W> other, Partitioner partitioner) {
        return joined(JoinKind.FULL_OUTER, "fullOuterJoin", other, partitioner);
    }

    /** Like {@link #cogroup(PairDStream, Partitioner)}, laid out as an input is, or by hash. */
    public <W> PairDStream<K, Tuple2<List<V>, List<W>>> cogroup(PairDStream<K, W> other) {
        return cogrouped(other, null);
    }

    /** Like {@link #cogroup(PairDStream, Partitioner)}, by hash into {@code partitions} partitions. */
    public <W> PairDStream<K, Tuple2<List<V>, List<W>>> cogroup(PairDStream<K, W> other, int partitions) {
        return cogroup(other, new HashPartitioner(partitions));
    }

    /** Of each key all values of this stream's batch and of the other's, each in a list in order of arrival, in memory. */
    public <W> PairDStream<K, Tuple2<List<V>, List<W>>> cogroup(PairDStream<K, W> other, Partitioner partitioner) {
        return cogrouped(other, partitioner);
    }

    private <W> PairDStream<K, Tuple2<List<V>, List<W>>> cogrouped(
            PairDStream<K, W> other, @Nullable Partitioner partitioner) {
        Operator operator = Operator.here("cogroup");
        return pairs(combined(
                operator,
                other,
                (left, right) -> Joins.cogroup(operator, left, right, layout(partitioner, left, right))));
    }

    private <W, A, B> PairDStream<K, Tuple2<A, B>> joined(
            JoinKind kind, String name, PairDStream<K, W> other, @Nullable Partitioner partitioner) {
        Operator operator = Operator.here(name);
        Combinations.check(context, operator, other);
        StreamNode<Tuple2<K, Tuple2<A, B>>> ofPanes = JoinedWindowsNode.of(
                operator,
                kind,
                node,
                other.node,
                partitioner != null ? partitioner : new HashPartitioner(defaultPartitions()));
        if (ofPanes != null) {
            return pairs(add(ofPanes));
        }
        return pairs(combined(
                operator,
                other,
                (left, right) -> Joins.join(kind, operator, left, right, layout(partitioner, left, right))));
    }

    private Partitioner layout(@Nullable Partitioner given, RddNode<?> left, RddNode<?> right) {
        return given != null ? given : Joins.partitioner(defaultPartitions(), List.of(left, right));
    }

    private interface OfBoth<K, V, W, T> {
        RddNode<T> of(RddNode<Tuple2<K, V>> left, RddNode<Tuple2<K, W>> right);
    }

    @SuppressWarnings("unchecked") // lineages come in the order of the streams
    private <W, T> StreamNode<T> combined(Operator operator, PairDStream<K, W> other, OfBoth<K, V, W, T> function) {
        return Combinations.combined(
                context,
                operator,
                List.of(this, other),
                sides -> function.of((RddNode<Tuple2<K, V>>) sides.get(0), (RddNode<Tuple2<K, W>>) sides.get(1)));
    }
}
