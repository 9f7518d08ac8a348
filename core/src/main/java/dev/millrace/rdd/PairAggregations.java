/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.function.Function;
import dev.millrace.function.Function2;
import dev.millrace.internal.engine.TaskFunction;
import dev.millrace.internal.lineage.Combine;
import dev.millrace.internal.lineage.MapNode;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.operators.Actions;
import dev.millrace.internal.operators.Aggregation;
import dev.millrace.internal.operators.FilterIterator;
import dev.millrace.internal.operators.HyperLogLog;
import dev.millrace.internal.operators.Layouts;
import dev.millrace.internal.operators.OrderedMap;
import dev.millrace.internal.operators.Partitions;
import dev.millrace.internal.operators.Shuffles;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The aggregations by key of {@link PairRDD}, on whose page they stand. As in {@link RDDHandle} nothing is final.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
abstract sealed class PairAggregations<K, V> extends RDD<Tuple2<K, V>> permits PairJoins {
    PairAggregations(MillraceContext context, RddNode<Tuple2<K, V>> node) {
        super(context, node);
    }

    /** Laid out as this dataset is, or else by hash into the default number of partitions. */
    final Partitioner defaultPartitioner() {
        return Partitioner.defaultPartitioner(this);
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

    /** Like {@link #reduceByKey(Function2, Partitioner)}. */
    public PairRDD<K, V> reduceByKey(Partitioner partitioner, Function2<V, V, V> merge) {
        return reduceByKey(merge, partitioner);
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

    /** Like {@link #groupByKey(Partitioner)}, by hash into {@code partitions} partitions. */
    public PairRDD<K, List<V>> groupByKey(int partitions) {
        return groupByKey(new HashPartitioner(partitions));
    }

    /** One pair a key: all its values in order of arrival, in memory. */
    public PairRDD<K, List<V>> groupByKey(Partitioner partitioner) {
        return pairs(Shuffles.groupByKey(Operator.here("groupByKey"), node(), partitioner));
    }

    /**
     * Like {@link #combineByKey(Function, Function2, Function2, Partitioner)}, laid out as this dataset is, or else by hash into the
     * default number of partitions.
     */
    public <C> PairRDD<K, C> combineByKey(
            Function<V, C> create, Function2<C, V, C> mergeValue, Function2<C, C, C> mergeCombiners) {
        return combineByKey(create, mergeValue, mergeCombiners, defaultPartitioner());
    }

    /** Like {@link #combineByKey(Function, Function2, Function2, Partitioner)}, by hash into {@code partitions} partitions. */
    public <C> PairRDD<K, C> combineByKey(
            Function<V, C> create, Function2<C, V, C> mergeValue, Function2<C, C, C> mergeCombiners, int partitions) {
        return combineByKey(create, mergeValue, mergeCombiners, new HashPartitioner(partitions));
    }

    /**
     * Like {@link #combineByKey(Function, Function2, Function2, Partitioner, boolean)}, with combining before values are
     * moved.
     */
    public <C> PairRDD<K, C> combineByKey(
            Function<V, C> create,
            Function2<C, V, C> mergeValue,
            Function2<C, C, C> mergeCombiners,
            Partitioner partitioner) {
        return combineByKey(create, mergeValue, mergeCombiners, partitioner, true);
    }

    /**
     * One pair a key: its first value makes an accumulator, the others are merged into it.
     *
     * @param mergeValue may change and return its first argument, as {@code mergeCombiners} may
     * @param mapSideCombine whether values are combined before they are moved to the partition of their key too; on Spark
     *     only: in this process moving costs nothing, and an accumulator that functions may change is made for one use
     */
    public <C> PairRDD<K, C> combineByKey(
            Function<V, C> create,
            Function2<C, V, C> mergeValue,
            Function2<C, C, C> mergeCombiners,
            Partitioner partitioner,
            boolean mapSideCombine) {
        return pairs(Shuffles.combineByKey(
                node(),
                partitioner,
                Combine.of(Operator.here("combineByKey"), create, mergeValue, mergeCombiners, mapSideCombine)));
    }

    /**
     * Like {@link #aggregateByKey(Object, Partitioner, Function2, Function2)}, laid out as this dataset is, or else by hash into the
     * default number of partitions.
     */
    public <U> PairRDD<K, U> aggregateByKey(U zero, Function2<U, V, U> add, Function2<U, U, U> merge) {
        return aggregateByKey(zero, defaultPartitioner(), add, merge);
    }

    /** Like {@link #aggregateByKey(Object, Partitioner, Function2, Function2)}, by hash into {@code partitions} partitions. */
    public <U> PairRDD<K, U> aggregateByKey(U zero, int partitions, Function2<U, V, U> add, Function2<U, U, U> merge) {
        return aggregateByKey(zero, new HashPartitioner(partitions), add, merge);
    }

    /**
     * One pair a key: all its values merged into a zero value, of which each key has a copy.
     *
     * @param zero neutral, since on Spark it is taken once a key and task; copied by the codec: a type of your own is declared by
     *     {@code registerTypes}
     * @param add may change and return its first argument, as {@code merge} may
     */
    public <U> PairRDD<K, U> aggregateByKey(
            U zero, Partitioner partitioner, Function2<U, V, U> add, Function2<U, U, U> merge) {
        Operator operator = Operator.here("aggregateByKey");
        ZeroValue<U> start = ZeroValue.of(operator, zero, context.codec());
        return pairs(Shuffles.combineByKey(
                node(), partitioner, Combine.of(operator, value -> add.call(start.fresh(), value), add, merge, true)));
    }

    /**
     * Like {@link #foldByKey(Object, Partitioner, Function2)}, laid out as this dataset is, or else by hash into the default number of
     * partitions.
     */
    public PairRDD<K, V> foldByKey(V zero, Function2<V, V, V> function) {
        return foldByKey(zero, defaultPartitioner(), function);
    }

    /** Like {@link #foldByKey(Object, Partitioner, Function2)}, by hash into {@code partitions} partitions. */
    public PairRDD<K, V> foldByKey(V zero, int partitions, Function2<V, V, V> function) {
        return foldByKey(zero, new HashPartitioner(partitions), function);
    }

    /** Like {@link #aggregateByKey(Object, Partitioner, Function2, Function2)}, with one function for both. */
    public PairRDD<K, V> foldByKey(V zero, Partitioner partitioner, Function2<V, V, V> function) {
        Operator operator = Operator.here("foldByKey");
        ZeroValue<V> start = ZeroValue.of(operator, zero, context.codec());
        Function2<V, V, V> add = start.canChange() ? (folded, value) -> function.call(folded, value) : function;
        return pairs(Shuffles.combineByKey(
                node(),
                partitioner,
                Combine.of(operator, value -> function.call(start.fresh(), value), add, function, true)));
    }

    /** Each key with the number of its pairs, in this process's memory; in order of first arrival in partitions by hash. */
    public Map<K, Long> countByKey() {
        Operator operator = Operator.here("countByKey");
        return pairs(SetOperations.counts(operator, Layouts.keys(operator, node()), context))
                .collectAsMap();
    }

    /** Like {@link #countByKey()}; it is exact, however much time is allowed. */
    public PartialResult<Map<K, BoundedDouble>> countByKeyApprox(long timeout) {
        return countByKeyApprox(timeout, 0.95);
    }

    /** Like {@link #countByKey()}; it is exact, however much time and whatever confidence is asked for. */
    public PartialResult<Map<K, BoundedDouble>> countByKeyApprox(long timeout, double confidence) {
        return new PartialResult<>(BoundedDouble.exactly(countByKey()));
    }

    /**
     * Like {@link #countApproxDistinctByKey(double, Partitioner)}, laid out as this dataset is, or else by hash into the default number
     * of partitions.
     */
    public PairRDD<K, Long> countApproxDistinctByKey(double relativeSD) {
        return countApproxDistinctByKey(relativeSD, defaultPartitioner());
    }

    /** Like {@link #countApproxDistinctByKey(double, Partitioner)}, by hash into {@code partitions} partitions. */
    public PairRDD<K, Long> countApproxDistinctByKey(double relativeSD, int partitions) {
        return countApproxDistinctByKey(relativeSD, new HashPartitioner(partitions));
    }

    /** One pair a key: about how many different values it has; see {@link #countApproxDistinct}, whose memory each key takes. */
    public PairRDD<K, Long> countApproxDistinctByKey(double relativeSD, Partitioner partitioner) {
        HyperLogLog registers = new HyperLogLog(relativeSD);
        Operator operator = Operator.here("countApproxDistinctByKey");
        RddNode<Tuple2<K, byte[]>> counted = Shuffles.combineByKey(
                node(),
                partitioner,
                new Combine<V, byte[]>(
                        operator,
                        value -> registers.add(registers.empty(), value),
                        registers::add,
                        registers::merge,
                        true));
        return pairs(
                new MapNode<>(operator, counted, pair -> new Tuple2<>(pair._1(), registers.estimate(pair._2())), true));
    }

    /**
     * All values of each key merged by an associative function, in this process's memory: nothing is moved, each partition merges its own
     * and the results are merged here. In order of first arrival.
     */
    public Map<K, V> reduceByKeyLocally(Function2<V, V, V> merge) {
        Operator operator = Operator.here("reduceByKeyLocally");
        Combine<V, V> combine = new Combine<>(operator, value -> value, merge, merge, true);
        OrderedMap<K, V> all = new OrderedMap<>();
        run((TaskFunction<Tuple2<K, V>, List<Tuple2<K, V>>>)
                        pairs -> Actions.toList(Aggregation.entries(Aggregation.combine(pairs, combine))))
                .forEach(partial -> partial.forEach(
                        pair -> Aggregation.addCombined(all, pair._1(), StableHash.of(pair._1()), pair._2(), combine)));
        Map<K, V> map = new LinkedHashMap<>();
        Aggregation.entries(all).forEachRemaining(pair -> map.put(pair._1(), pair._2()));
        return map;
    }

    /**
     * Like {@link #sampleByKey(boolean, Map, long)}, with a seed that follows from the program's line and the batch.
     */
    public PairRDD<K, V> sampleByKey(boolean withReplacement, Map<K, Double> fractions) {
        Operator operator = Operator.here("sampleByKey");
        return pairs(Samples.byKey(operator, node(), withReplacement, fractions, Samples.seed(operator)));
    }

    /**
     * About a fraction of the pairs of each key by chance, in order; partitions stay. The same seed draws the same of the same data.
     *
     * @param fractions for each key that there is how often a pair is there on average
     */
    public PairRDD<K, V> sampleByKey(boolean withReplacement, Map<K, Double> fractions, long seed) {
        return pairs(Samples.byKey(Operator.here("sampleByKey"), node(), withReplacement, fractions, seed));
    }

    /** Like {@link #sampleByKeyExact(boolean, Map, long)}, with a seed that follows from the program's line and the batch. */
    public PairRDD<K, V> sampleByKeyExact(boolean withReplacement, Map<K, Double> fractions) {
        Operator operator = Operator.here("sampleByKeyExact");
        return exact(operator, withReplacement, fractions, Samples.seed(operator));
    }

    /**
     * Like {@link #sampleByKey(boolean, Map, long)}, with exactly a fraction of the pairs of each key, rounded up. A job counts the pairs
     * of each key at once; the counts are held in this process's memory.
     */
    public PairRDD<K, V> sampleByKeyExact(boolean withReplacement, Map<K, Double> fractions, long seed) {
        return exact(Operator.here("sampleByKeyExact"), withReplacement, fractions, seed);
    }

    private PairRDD<K, V> exact(Operator operator, boolean withReplacement, Map<K, Double> fractions, long seed) {
        List<Map<K, Long>> counts = run(ExactSample::counts);
        return pairs(new ExactSample<>(operator, withReplacement, fractions, counts, seed).of(node()));
    }

    /** All values of a key, in order. If the layout of the keys is known, one partition is computed, and else all. */
    public List<V> lookup(K key) {
        Operator operator = Operator.here("lookup");
        Partitioner partitioner = node().partitioner();
        int only = partitioner == null ? -1 : Partitions.of(partitioner, key, operator);
        RddNode<Tuple2<K, V>> found = MapPartitionsNode.indexed(
                operator,
                node(),
                (partition, pairs) -> only < 0 || only == partition
                        ? new FilterIterator<>(pairs, pair -> Objects.equals(pair._1(), key), operator)
                        : Collections.emptyIterator(),
                false);
        return wrap(Layouts.values(operator, found)).collect();
    }
}
