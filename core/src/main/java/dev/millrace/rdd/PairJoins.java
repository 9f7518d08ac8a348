/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.Tuple3;
import dev.millrace.Tuple4;
import dev.millrace.internal.joins.JoinKind;
import dev.millrace.internal.joins.Joins;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import java.util.List;
import java.util.Optional;

/**
 * The joins of a dataset of pairs. Inputs that are laid out by the partitioner already, such as those of a reduction by it, are not
 * moved again; without a partitioner that of an input is taken, of several the one with the most partitions, or else by hash the
 * default number of partitions.
 *
 * <p>Keys stand in order of first arrival, those of this dataset before those that only another one has; of a key the pairs
 * stand in the order of this dataset's values, and for each in that of the other's. A join holds the rows of a partition within the
 * memory budget, and spills; so a key may have more values than there is room for. A cogroup gives lists, and one key's must find room. A
 * null that a side has for a key cannot be told from no value in an Optional.
 */
abstract sealed class PairJoins<K, V> extends PairAggregations<K, V> permits PairRDD {
    PairJoins(MillraceContext context, RddNode<Tuple2<K, V>> node) {
        super(context, node);
    }

    /** Like {@link #join(PairRDD, Partitioner)}, laid out as an input is, or by hash. */
    public <W> PairRDD<K, Tuple2<V, W>> join(PairRDD<K, W> other) {
        return join(other, layout(other));
    }

    /** Like {@link #join(PairRDD, Partitioner)}, by hash into {@code partitions} partitions. */
    public <W> PairRDD<K, Tuple2<V, W>> join(PairRDD<K, W> other, int partitions) {
        return join(other, new HashPartitioner(partitions));
    }

    /** Of each key that both datasets have, each value here with each value of the other. */
    public <W> PairRDD<K, Tuple2<V, W>> join(PairRDD<K, W> other, Partitioner partitioner) {
        return joined(JoinKind.INNER, Operator.here("join"), other, partitioner);
    }

    /** Like {@link #leftOuterJoin(PairRDD, Partitioner)}, laid out as an input is, or by hash. */
    public <W> PairRDD<K, Tuple2<V, Optional<W>>> leftOuterJoin(PairRDD<K, W> other) {
        return leftOuterJoin(other, layout(other));
    }

    /** Like {@link #leftOuterJoin(PairRDD, Partitioner)}, by hash into {@code partitions} partitions. */
    public <W> PairRDD<K, Tuple2<V, Optional<W>>> leftOuterJoin(PairRDD<K, W> other, int partitions) {
        return leftOuterJoin(other, new HashPartitioner(partitions));
    }

    /** Like {@link #join(PairRDD, Partitioner)}, and the keys that only this dataset has, without a value of the other. */
    public <W> PairRDD<K, Tuple2<V, Optional<W>>> leftOuterJoin(PairRDD<K, W> other, Partitioner partitioner) {
        return joined(JoinKind.LEFT_OUTER, Operator.here("leftOuterJoin"), other, partitioner);
    }

    /** Like {@link #rightOuterJoin(PairRDD, Partitioner)}, laid out as an input is, or by hash. */
    public <W> PairRDD<K, Tuple2<Optional<V>, W>> rightOuterJoin(PairRDD<K, W> other) {
        return rightOuterJoin(other, layout(other));
    }

    /** Like {@link #rightOuterJoin(PairRDD, Partitioner)}, by hash into {@code partitions} partitions. */
    public <W> PairRDD<K, Tuple2<Optional<V>, W>> rightOuterJoin(PairRDD<K, W> other, int partitions) {
        return rightOuterJoin(other, new HashPartitioner(partitions));
    }

    /** Like {@link #join(PairRDD, Partitioner)}, and the keys that only the other dataset has, without a value of this one. */
    public <W> PairRDD<K, Tuple2<Optional<V>, W>> rightOuterJoin(PairRDD<K, W> other, Partitioner partitioner) {
        return joined(JoinKind.RIGHT_OUTER, Operator.here("rightOuterJoin"), other, partitioner);
    }

    /** Like {@link #fullOuterJoin(PairRDD, Partitioner)}, laid out as an input is, or by hash. */
    public <W> PairRDD<K, Tuple2<Optional<V>, Optional<W>>> fullOuterJoin(PairRDD<K, W> other) {
        return fullOuterJoin(other, layout(other));
    }

    /** Like {@link #fullOuterJoin(PairRDD, Partitioner)}, by hash into {@code partitions} partitions. */
    public <W> PairRDD<K, Tuple2<Optional<V>, Optional<W>>> fullOuterJoin(PairRDD<K, W> other, int partitions) {
        return fullOuterJoin(other, new HashPartitioner(partitions));
    }

    /** Like {@link #join(PairRDD, Partitioner)}, and the keys that only one of the datasets has. */
    public <W> PairRDD<K, Tuple2<Optional<V>, Optional<W>>> fullOuterJoin(
            PairRDD<K, W> other, Partitioner partitioner) {
        return joined(JoinKind.FULL_OUTER, Operator.here("fullOuterJoin"), other, partitioner);
    }

    private <W, A, B> PairRDD<K, Tuple2<A, B>> joined(
            JoinKind kind, Operator operator, PairRDD<K, W> other, Partitioner partitioner) {
        return pairs(Joins.join(kind, operator, node(), other.node(), partitioner));
    }

    private Partitioner layout(PairRDD<?, ?>... others) {
        return Partitioner.defaultPartitioner(this, others);
    }

    /** Like {@link #cogroup(PairRDD, Partitioner)}, laid out as an input is, or by hash. */
    public <W> PairRDD<K, Tuple2<List<V>, List<W>>> cogroup(PairRDD<K, W> other) {
        return cogroup(other, layout(other));
    }

    /** Like {@link #cogroup(PairRDD, Partitioner)}, by hash into {@code partitions} partitions. */
    public <W> PairRDD<K, Tuple2<List<V>, List<W>>> cogroup(PairRDD<K, W> other, int partitions) {
        return cogroup(other, new HashPartitioner(partitions));
    }

    /** Of each key all values here and in the other, each in a list in order of arrival, in memory. */
    public <W> PairRDD<K, Tuple2<List<V>, List<W>>> cogroup(PairRDD<K, W> other, Partitioner partitioner) {
        return pairs(Joins.cogroup(Operator.here("cogroup"), node(), other.node(), partitioner));
    }

    /** The same as {@code cogroup}. */
    public <W> PairRDD<K, Tuple2<List<V>, List<W>>> groupWith(PairRDD<K, W> other) {
        return cogroup(other);
    }

    /** Like {@link #cogroup(PairRDD, PairRDD, Partitioner)}, laid out as an input is, or by hash. */
    public <W1, W2> PairRDD<K, Tuple3<List<V>, List<W1>, List<W2>>> cogroup(
            PairRDD<K, W1> other1, PairRDD<K, W2> other2) {
        return cogroup(other1, other2, layout(other1, other2));
    }

    /** Like {@link #cogroup(PairRDD, PairRDD, Partitioner)}, by hash into {@code partitions} partitions. */
    public <W1, W2> PairRDD<K, Tuple3<List<V>, List<W1>, List<W2>>> cogroup(
            PairRDD<K, W1> other1, PairRDD<K, W2> other2, int partitions) {
        return cogroup(other1, other2, new HashPartitioner(partitions));
    }

    /** Of each key all values here and in the others, each in a list in order of arrival, in memory. */
    public <W1, W2> PairRDD<K, Tuple3<List<V>, List<W1>, List<W2>>> cogroup(
            PairRDD<K, W1> other1, PairRDD<K, W2> other2, Partitioner partitioner) {
        return pairs(Joins.cogroup(Operator.here("cogroup"), node(), other1.node(), other2.node(), partitioner));
    }

    /** The same as {@code cogroup}. */
    public <W1, W2> PairRDD<K, Tuple3<List<V>, List<W1>, List<W2>>> groupWith(
            PairRDD<K, W1> other1, PairRDD<K, W2> other2) {
        return cogroup(other1, other2);
    }

    /** Like {@link #cogroup(PairRDD, PairRDD, PairRDD, Partitioner)}, laid out as an input is, or by hash. */
    public <W1, W2, W3> PairRDD<K, Tuple4<List<V>, List<W1>, List<W2>, List<W3>>> cogroup(
            PairRDD<K, W1> other1, PairRDD<K, W2> other2, PairRDD<K, W3> other3) {
        return cogroup(other1, other2, other3, layout(other1, other2, other3));
    }

    /** Like {@link #cogroup(PairRDD, PairRDD, PairRDD, Partitioner)}, by hash into {@code partitions} partitions. */
    public <W1, W2, W3> PairRDD<K, Tuple4<List<V>, List<W1>, List<W2>, List<W3>>> cogroup(
            PairRDD<K, W1> other1, PairRDD<K, W2> other2, PairRDD<K, W3> other3, int partitions) {
        return cogroup(other1, other2, other3, new HashPartitioner(partitions));
    }

    /** Of each key all values here and in the others, each in a list in order of arrival, in memory. */
    public <W1, W2, W3> PairRDD<K, Tuple4<List<V>, List<W1>, List<W2>, List<W3>>> cogroup(
            PairRDD<K, W1> other1, PairRDD<K, W2> other2, PairRDD<K, W3> other3, Partitioner partitioner) {
        return pairs(Joins.cogroup(
                Operator.here("cogroup"), node(), other1.node(), other2.node(), other3.node(), partitioner));
    }

    /** The same as {@code cogroup}. */
    public <W1, W2, W3> PairRDD<K, Tuple4<List<V>, List<W1>, List<W2>, List<W3>>> groupWith(
            PairRDD<K, W1> other1, PairRDD<K, W2> other2, PairRDD<K, W3> other3) {
        return cogroup(other1, other2, other3);
    }

    /** Like {@link #subtractByKey(PairRDD, Partitioner)}, laid out as an input is, or by hash. */
    public <W> PairRDD<K, V> subtractByKey(PairRDD<K, W> other) {
        return subtractByKey(other, layout(other));
    }

    /** Like {@link #subtractByKey(PairRDD, Partitioner)}, by hash into {@code partitions} partitions. */
    public <W> PairRDD<K, V> subtractByKey(PairRDD<K, W> other, int partitions) {
        return subtractByKey(other, new HashPartitioner(partitions));
    }

    /** The pairs whose keys the other dataset does not have. */
    public <W> PairRDD<K, V> subtractByKey(PairRDD<K, W> other, Partitioner partitioner) {
        return pairs(Joins.subtractByKey(Operator.here("subtractByKey"), node(), other.node(), partitioner));
    }
}
