/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.function.FlatMapFunction;
import dev.millrace.function.Function;
import dev.millrace.function.SerializableComparator;
import dev.millrace.internal.lineage.FlatMapNode;
import dev.millrace.internal.lineage.MapNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.internal.operators.Layouts;
import dev.millrace.internal.operators.NaturalOrder;
import dev.millrace.internal.operators.Pairs;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A dataset of key-value pairs. Keys must have a hash that is the same in every run: strings, boxes, enums, records and
 * collections of these, or classes with their own {@code hashCode}.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class PairRDD<K, V> extends PairJoins<K, V> {
    PairRDD(MillraceContext context, RddNode<Tuple2<K, V>> node) {
        super(context, node);
    }

    /** The pairs of a dataset that has been made as one of records: the same dataset, with the operations of pairs. */
    public static <K, V> PairRDD<K, V> of(RDD<Tuple2<K, V>> pairs) {
        return new PairRDD<>(pairs.context, pairs.node());
    }

    /** Each value replaced by a function of it; keys stay where they are. */
    public <R> PairRDD<K, R> mapValues(Function<V, R> function) {
        return pairs(new MapNode<>(
                Operator.here("mapValues"), node(), pair -> new Tuple2<>(pair._1(), function.call(pair._2())), true));
    }

    /** Each value replaced by none, one or many, each behind its key; keys stay where they are. */
    public <R> PairRDD<K, R> flatMapValues(FlatMapFunction<V, R> function) {
        return pairs(new FlatMapNode<>(Operator.here("flatMapValues"), node(), Pairs.ofValues(function::call), true));
    }

    /** The keys of all pairs, in order, one for each pair. */
    public RDD<K> keys() {
        return wrap(Layouts.keys(Operator.here("keys"), node()));
    }

    /** The values of all pairs, in order. */
    public RDD<V> values() {
        return wrap(Layouts.values(Operator.here("values"), node()));
    }

    /** The same pairs, each in the partition of its key. */
    public PairRDD<K, V> partitionBy(Partitioner partitioner) {
        if (partitioner.equals(node().partitioner())) {
            return this;
        }
        return pairs(new ShuffleNode<K, V, V>(Operator.here("partitionBy"), node(), partitioner, null));
    }

    /** Like {@link #sortByKey(Comparator, boolean, int)}, in the natural order of the keys. */
    public PairRDD<K, V> sortByKey() {
        return sortByKey(true);
    }

    /** Like {@link #sortByKey(Comparator, boolean, int)}, in the natural order of the keys. */
    public PairRDD<K, V> sortByKey(boolean ascending) {
        return sortByKey(ascending, Math.max(1, getNumPartitions()));
    }

    /** Like {@link #sortByKey(Comparator, boolean, int)}, in the natural order of the keys. */
    public PairRDD<K, V> sortByKey(boolean ascending, int partitions) {
        Operator operator = Operator.here("sortByKey");
        return sorted(operator, new NaturalOrder<>(operator), ascending, partitions);
    }

    /** Like {@link #sortByKey(Comparator, boolean, int)}, by a lambda or method reference, and ascending. */
    public PairRDD<K, V> sortByKey(SerializableComparator<? super K> comparator) {
        return sortByKey(comparator, true);
    }

    /** Like {@link #sortByKey(Comparator, boolean, int)}, ascending. */
    public PairRDD<K, V> sortByKey(Comparator<? super K> comparator) {
        return sortByKey(comparator, true);
    }

    /** Like {@link #sortByKey(Comparator, boolean, int)}, by a lambda or method reference, into as many partitions as this dataset has. */
    public PairRDD<K, V> sortByKey(SerializableComparator<? super K> comparator, boolean ascending) {
        return sortByKey((Comparator<? super K>) comparator, ascending);
    }

    /** Like {@link #sortByKey(Comparator, boolean, int)}, into as many partitions as this dataset has. */
    public PairRDD<K, V> sortByKey(Comparator<? super K> comparator, boolean ascending) {
        return sortByKey(comparator, ascending, Math.max(1, getNumPartitions()));
    }

    /** Like {@link #sortByKey(Comparator, boolean, int)}, by a lambda or method reference. */
    public PairRDD<K, V> sortByKey(SerializableComparator<? super K> comparator, boolean ascending, int partitions) {
        return sortByKey((Comparator<? super K>) comparator, ascending, partitions);
    }

    /**
     * The pairs in order of their keys, those of equal keys in order of arrival, in at most {@code partitions} partitions. They are moved
     * to ranges, whose bounds a job finds at once by a sample ({@link RangePartitioner}), and sorted there, in memory or spilled.
     */
    public PairRDD<K, V> sortByKey(Comparator<? super K> comparator, boolean ascending, int partitions) {
        return sorted(Operator.here("sortByKey"), comparator, ascending, partitions);
    }

    private PairRDD<K, V> sorted(Operator operator, Comparator<? super K> order, boolean ascending, int partitions) {
        return same(Sorting.byKey(operator, this, RangePartitioner.order(order, ascending), partitions));
    }

    /** Like {@link #repartitionAndSortWithinPartitions(Partitioner, Comparator)}, in the natural order of the keys. */
    public PairRDD<K, V> repartitionAndSortWithinPartitions(Partitioner partitioner) {
        Operator operator = Operator.here("repartitionAndSortWithinPartitions");
        return same(Sorting.within(operator, node(), partitioner, new NaturalOrder<K>(operator)));
    }

    /** Like {@link #repartitionAndSortWithinPartitions(Partitioner, Comparator)}, by a lambda or method reference. */
    public PairRDD<K, V> repartitionAndSortWithinPartitions(
            Partitioner partitioner, SerializableComparator<? super K> comparator) {
        return repartitionAndSortWithinPartitions(partitioner, (Comparator<? super K>) comparator);
    }

    /**
     * The pairs moved to the partitions of their keys, and in each partition in order of the keys, those of equal keys in order of
     * arrival. Sorted in memory or spilled.
     */
    public PairRDD<K, V> repartitionAndSortWithinPartitions(Partitioner partitioner, Comparator<? super K> comparator) {
        return same(
                Sorting.within(Operator.here("repartitionAndSortWithinPartitions"), node(), partitioner, comparator));
    }

    /** Like {@link #filterByRange(Comparator, Object, Object)}, in the natural order of the keys. */
    public PairRDD<K, V> filterByRange(K lower, K upper) {
        Operator operator = Operator.here("filterByRange");
        return same(Sorting.range(operator, node(), lower, upper, new NaturalOrder<K>(operator)));
    }

    /** Like {@link #filterByRange(Comparator, Object, Object)}, by a lambda or method reference. */
    public PairRDD<K, V> filterByRange(SerializableComparator<? super K> comparator, K lower, K upper) {
        return filterByRange((Comparator<? super K>) comparator, lower, upper);
    }

    /**
     * The pairs whose keys are not below {@code lower} and not above {@code upper}, in order. Of a dataset that {@code sortByKey} has made
     * in the same order, only the partitions that may have some are computed.
     */
    public PairRDD<K, V> filterByRange(Comparator<? super K> comparator, K lower, K upper) {
        return same(Sorting.range(Operator.here("filterByRange"), node(), lower, upper, comparator));
    }

    /** All pairs in a map, in order; of equal keys the last. */
    public Map<K, V> collectAsMap() {
        Map<K, V> map = new LinkedHashMap<>();
        collect().forEach(pair -> map.put(pair._1(), pair._2()));
        return map;
    }

    // ---- operations of every dataset that give pairs again ----

    @Override
    PairRDD<K, V> same(RddNode<Tuple2<K, V>> result) {
        return new PairRDD<>(context, result);
    }

    @Override
    public PairRDD<K, V> setName(String name) {
        return (PairRDD<K, V>) super.setName(name);
    }

    @Override
    public PairRDD<K, V> cache() {
        return (PairRDD<K, V>) super.cache();
    }

    @Override
    public PairRDD<K, V> persist() {
        return (PairRDD<K, V>) super.persist();
    }

    @Override
    public PairRDD<K, V> persist(StorageLevel level) {
        return (PairRDD<K, V>) super.persist(level);
    }

    @Override
    public PairRDD<K, V> unpersist() {
        return (PairRDD<K, V>) super.unpersist();
    }

    @Override
    public PairRDD<K, V> unpersist(boolean blocking) {
        return (PairRDD<K, V>) super.unpersist(blocking);
    }

    @Override
    public PairRDD<K, V> filter(Function<Tuple2<K, V>, Boolean> predicate) {
        return (PairRDD<K, V>) super.filter(predicate);
    }

    @Override
    public PairRDD<K, V> union(RDD<Tuple2<K, V>> other) {
        return (PairRDD<K, V>) super.union(other);
    }

    @Override
    public PairRDD<K, V> coalesce(int partitions) {
        return (PairRDD<K, V>) super.coalesce(partitions);
    }

    @Override
    public PairRDD<K, V> coalesce(int partitions, boolean shuffle) {
        return (PairRDD<K, V>) super.coalesce(partitions, shuffle);
    }

    @Override
    public PairRDD<K, V> repartition(int partitions) {
        return (PairRDD<K, V>) super.repartition(partitions);
    }

    @Override
    public PairRDD<K, V> sample(boolean withReplacement, double fraction) {
        return (PairRDD<K, V>) super.sample(withReplacement, fraction);
    }

    @Override
    public PairRDD<K, V> sample(boolean withReplacement, double fraction, long seed) {
        return (PairRDD<K, V>) super.sample(withReplacement, fraction, seed);
    }

    @Override
    public PairRDD<K, V> distinct() {
        return (PairRDD<K, V>) super.distinct();
    }

    @Override
    public PairRDD<K, V> distinct(int partitions) {
        return (PairRDD<K, V>) super.distinct(partitions);
    }

    @Override
    public PairRDD<K, V> intersection(RDD<Tuple2<K, V>> other) {
        return (PairRDD<K, V>) super.intersection(other);
    }

    @Override
    public PairRDD<K, V> subtract(RDD<Tuple2<K, V>> other) {
        return (PairRDD<K, V>) super.subtract(other);
    }

    @Override
    public PairRDD<K, V> subtract(RDD<Tuple2<K, V>> other, int partitions) {
        return (PairRDD<K, V>) super.subtract(other, partitions);
    }

    @Override
    public PairRDD<K, V> subtract(RDD<Tuple2<K, V>> other, Partitioner partitioner) {
        return (PairRDD<K, V>) super.subtract(other, partitioner);
    }
}
