/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.function.Function;
import dev.millrace.function.Function2;
import dev.millrace.internal.lineage.FilterNode;
import dev.millrace.internal.lineage.MapNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.internal.operators.Shuffles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A dataset of key-value pairs. Keys must have a hash that is the same in every run: strings, boxes, enums, records and
 * collections of these, or classes with their own {@code hashCode}.
 */
public final class PairRDD<K, V> extends PairJoins<K, V> {
    PairRDD(MillraceContext context, RddNode<Tuple2<K, V>> node) {
        super(context, node);
    }

    @Override
    public PairRDD<K, V> cache() {
        return persist();
    }

    @Override
    public PairRDD<K, V> persist() {
        return persist(StorageLevels.MEMORY_ONLY);
    }

    @Override
    public PairRDD<K, V> persist(StorageLevel level) {
        keep(level);
        return this;
    }

    @Override
    public PairRDD<K, V> unpersist() {
        forget();
        return this;
    }

    @Override
    public PairRDD<K, V> filter(Function<Tuple2<K, V>, Boolean> predicate) {
        return pairs(new FilterNode<>(Operator.here("filter"), node(), predicate));
    }

    /** Each value replaced by a function of it; keys stay where they are. */
    public <R> PairRDD<K, R> mapValues(Function<V, R> function) {
        return pairs(new MapNode<>(
                Operator.here("mapValues"), node(), pair -> new Tuple2<>(pair._1(), function.call(pair._2())), true));
    }

    /** The keys of all pairs, in order, one for each pair. */
    public RDD<K> keys() {
        return wrap(new MapNode<>(Operator.here("keys"), node(), Tuple2::_1, false));
    }

    /** The values of all pairs, in order. */
    public RDD<V> values() {
        return wrap(new MapNode<>(Operator.here("values"), node(), Tuple2::_2, false));
    }

    /**
     * Like {@link #reduceByKey(Function2, Partitioner)}, laid out as this dataset is, or else by hash into the default
     * number of partitions.
     */
    public PairRDD<K, V> reduceByKey(Function2<V, V, V> merge) {
        return reduceByKey(merge, defaultPartitioner());
    }

    /** Like {@link #reduceByKey(Function2, Partitioner)}, by hash into {@code partitions} partitions. */
    public PairRDD<K, V> reduceByKey(Function2<V, V, V> merge, int partitions) {
        return reduceByKey(merge, new HashPartitioner(partitions));
    }

    /** One pair a key: its values merged by an associative and commutative function that changes neither argument. */
    public PairRDD<K, V> reduceByKey(Function2<V, V, V> merge, Partitioner partitioner) {
        return pairs(Shuffles.reduceByKey(Operator.here("reduceByKey"), node(), merge, partitioner));
    }

    /**
     * Like {@link #groupByKey(Partitioner)}, laid out as this dataset is, or else by hash into the default number of
     * partitions.
     */
    public PairRDD<K, List<V>> groupByKey() {
        return groupByKey(defaultPartitioner());
    }

    /** One pair a key: all its values in order of arrival, in memory. */
    public PairRDD<K, List<V>> groupByKey(Partitioner partitioner) {
        return pairs(Shuffles.groupByKey(Operator.here("groupByKey"), node(), partitioner));
    }

    /** The same pairs, each in the partition of its key. */
    public PairRDD<K, V> partitionBy(Partitioner partitioner) {
        if (partitioner.equals(node().partitioner())) {
            return this;
        }
        return pairs(new ShuffleNode<K, V, V>(Operator.here("partitionBy"), node(), partitioner, null));
    }

    /** All pairs in a map, in order; of equal keys the last. */
    public Map<K, V> collectAsMap() {
        Map<K, V> map = new LinkedHashMap<>();
        collect().forEach(pair -> map.put(pair._1(), pair._2()));
        return map;
    }

    private Partitioner defaultPartitioner() {
        Partitioner present = node().partitioner();
        return present != null ? present : new HashPartitioner(context.defaultParallelism());
    }
}
