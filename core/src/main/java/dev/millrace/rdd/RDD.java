/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.function.DoubleFlatMapFunction;
import dev.millrace.function.DoubleFunction;
import dev.millrace.function.FlatMapFunction;
import dev.millrace.function.FlatMapFunction2;
import dev.millrace.function.Function;
import dev.millrace.function.Function2;
import dev.millrace.function.PairFlatMapFunction;
import dev.millrace.function.PairFunction;
import dev.millrace.internal.lineage.BrokenPromise;
import dev.millrace.internal.lineage.CartesianNode;
import dev.millrace.internal.lineage.FilterNode;
import dev.millrace.internal.lineage.FlatMapNode;
import dev.millrace.internal.lineage.MapNode;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddAccess;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.UnionNode;
import dev.millrace.internal.operators.Actions;
import dev.millrace.internal.operators.Layouts;
import dev.millrace.internal.operators.NaturalOrder;
import dev.millrace.internal.operators.Pairs;
import dev.millrace.internal.operators.PipedProcess;
import dev.millrace.internal.operators.Shuffles;
import dev.millrace.internal.operators.TaskScope;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An immutable partitioned dataset, described by how it is computed and computed each time an action asks for it. A
 * thin handle; safe for use by several threads. On the embedded engine the order of records is the same in every run, whatever memory
 * there is. Operations that move records say so: the others compute each partition of one partition, in one pass.
 *
 * @param <T> the type of the records
 */
public sealed class RDD<T> extends RDDActions<T> permits DoubleRDD, PairAggregations {
    static {
        RddAccess.DOOR.open(new RddAccess() {
            @Override
            public <T> RDD<T> wrap(MillraceContext context, RddNode<T> node) {
                return new RDD<>(context, node);
            }

            @Override
            public <K, V> PairRDD<K, V> wrapPairs(MillraceContext context, RddNode<Tuple2<K, V>> node) {
                return new PairRDD<>(context, node);
            }

            @Override
            public DoubleRDD wrapDoubles(MillraceContext context, RddNode<Double> node) {
                return new DoubleRDD(context, node);
            }

            @Override
            public <T> RddNode<T> node(RDD<T> rdd) {
                return rdd.node();
            }
        });
    }

    RDD(MillraceContext context, RddNode<T> node) {
        super(context, node);
    }

    // ---- keeping ----

    /** Gives this dataset a name, which {@link #name()} and texts about it show. Returns this. */
    public RDD<T> setName(String name) {
        rename(name);
        return this;
    }

    /** Like {@link #persist(StorageLevel)}, as objects in memory. */
    public RDD<T> cache() {
        return persist();
    }

    /** Like {@link #persist(StorageLevel)}, as objects in memory. */
    public RDD<T> persist() {
        return persist(StorageLevels.MEMORY_ONLY);
    }

    /**
     * From here on, each partition is kept once an action through this handle, or through what is derived from it
     * afterwards, has computed it to its end. Partitions that find no room at this level are computed again. Kept until
     * {@link #unpersist()}, or until the program has no reference to it any more.
     *
     * @return this
     * @throws UnsupportedOperationException if it is kept at another level
     */
    public RDD<T> persist(StorageLevel level) {
        keep(level);
        return this;
    }

    /** Drops what was kept; it is computed again when it is asked for. Returns this. */
    public RDD<T> unpersist() {
        return unpersist(true);
    }

    /** Like {@link #unpersist()}. On Spark blocks are deleted soon afterwards, whatever {@code blocking} is. */
    public RDD<T> unpersist(boolean blocking) {
        forget();
        return this;
    }

    // ---- a function of each record: lazy, and nothing is moved ----

    /** One record for each, made by a function; order and partitions stay. */
    public <R> RDD<R> map(Function<T, R> function) {
        return wrap(new MapNode<>(Operator.here("map"), node(), function, false));
    }

    /** One pair for each record, made by a function; order and partitions stay. A function that returns null is an error. */
    public <K, V> PairRDD<K, V> mapToPair(PairFunction<T, K, V> function) {
        return pairs(new MapNode<>(Operator.here("mapToPair"), node(), Pairs.made(function), false));
    }

    /** One number for each record, made by a function; order and partitions stay. */
    public DoubleRDD mapToDouble(DoubleFunction<T> function) {
        return doubles(new MapNode<>(Operator.here("mapToDouble"), node(), function::call, false));
    }

    /** None, one or many records for each, made by a function; order and partitions stay. */
    public <R> RDD<R> flatMap(FlatMapFunction<T, R> function) {
        return wrap(new FlatMapNode<>(Operator.here("flatMap"), node(), function::call, false));
    }

    /** None, one or many pairs for each record, made by a function; order and partitions stay. */
    public <K, V> PairRDD<K, V> flatMapToPair(PairFlatMapFunction<T, K, V> function) {
        return pairs(new FlatMapNode<>(Operator.here("flatMapToPair"), node(), Pairs.madeMany(function), false));
    }

    /** None, one or many numbers for each record, made by a function; order and partitions stay. */
    public DoubleRDD flatMapToDouble(DoubleFlatMapFunction<T> function) {
        return doubles(new FlatMapNode<>(Operator.here("flatMapToDouble"), node(), function::call, false));
    }

    /** The records for which {@code predicate} is true, in order; partitions stay. */
    public RDD<T> filter(Function<T, Boolean> predicate) {
        return same(new FilterNode<>(Operator.here("filter"), node(), predicate));
    }

    /** Each record behind the key that a function gives of it; order and partitions stay. */
    public <K> PairRDD<K, T> keyBy(Function<T, K> function) {
        return pairs(keyed(Operator.here("keyBy"), function));
    }

    private <K> RddNode<Tuple2<K, T>> keyed(Operator operator, Function<T, K> function) {
        return new MapNode<>(
                operator,
                node(),
                value -> new Tuple2<>(BrokenPromise.notNull(function.call(value), "return a key"), value),
                false);
    }

    // ---- a function of each partition: lazy, and nothing is moved ----

    /** The records made of each partition by a function, which is called once a partition, an empty one too. */
    public <R> RDD<R> mapPartitions(FlatMapFunction<Iterator<T>, R> function) {
        return mapPartitions(function, false);
    }

    /**
     * The same.
     *
     * @param preservesPartitioning whether the function leaves each key of pairs in its partition, so that they need not be moved again
     */
    public <R> RDD<R> mapPartitions(FlatMapFunction<Iterator<T>, R> function, boolean preservesPartitioning) {
        return wrap(
                new MapPartitionsNode<>(Operator.here("mapPartitions"), node(), function::call, preservesPartitioning));
    }

    /** The same of a function that is given the number of the partition as well. */
    public <R> RDD<R> mapPartitionsWithIndex(
            Function2<Integer, Iterator<T>, Iterator<R>> function, boolean preservesPartitioning) {
        return wrap(MapPartitionsNode.indexed(
                Operator.here("mapPartitionsWithIndex"), node(), function::call, preservesPartitioning));
    }

    /** Like {@link #mapPartitions(FlatMapFunction)}, of a function that makes pairs. */
    public <K, V> PairRDD<K, V> mapPartitionsToPair(PairFlatMapFunction<Iterator<T>, K, V> function) {
        return mapPartitionsToPair(function, false);
    }

    /** Like {@link #mapPartitions(FlatMapFunction, boolean)}, of a function that makes pairs. */
    public <K, V> PairRDD<K, V> mapPartitionsToPair(
            PairFlatMapFunction<Iterator<T>, K, V> function, boolean preservesPartitioning) {
        return pairs(new MapPartitionsNode<>(
                Operator.here("mapPartitionsToPair"), node(), Pairs.madeMany(function), preservesPartitioning));
    }

    /** Like {@link #mapPartitions(FlatMapFunction)}, of a function that makes numbers. */
    public DoubleRDD mapPartitionsToDouble(DoubleFlatMapFunction<Iterator<T>> function) {
        return mapPartitionsToDouble(function, false);
    }

    /** Like {@link #mapPartitions(FlatMapFunction, boolean)}, of a function that makes numbers. */
    public DoubleRDD mapPartitionsToDouble(DoubleFlatMapFunction<Iterator<T>> function, boolean preservesPartitioning) {
        return doubles(new MapPartitionsNode<>(
                Operator.here("mapPartitionsToDouble"), node(), function::call, preservesPartitioning));
    }

    /** Like {@link #pipe(List, Map, boolean, int, String)}, of a command whose words are apart by spaces. */
    public RDD<String> pipe(String command) {
        return pipe(List.of(command.strip().split("\\s+")));
    }

    /** Like {@link #pipe(List, Map, boolean, int, String)}, with the variables and the directory of this process. */
    public RDD<String> pipe(List<String> command) {
        return pipe(command, Map.of());
    }

    /** Like {@link #pipe(List, Map, boolean, int, String)}, in the directory of this process. */
    public RDD<String> pipe(List<String> command, Map<String, String> environment) {
        return pipe(command, environment, false, 8192);
    }

    /** Like {@link #pipe(List, Map, boolean, int, String)}, in UTF-8. */
    public RDD<String> pipe(
            List<String> command, Map<String, String> environment, boolean separateWorkingDir, int bufferSize) {
        return pipe(command, environment, separateWorkingDir, bufferSize, "UTF-8");
    }

    /**
     * The lines that a command writes to its standard output when it is given the records of a partition as lines, each by its toString.
     * It is started once a partition, an empty one too, and everything that it answers is held, in memory or spilled, before the first
     * line goes on. A command that ends with another exit status than 0 fails the task; what it writes to standard error goes to that
     * of this process.
     *
     * @param command a program and its arguments
     * @param environment variables besides those of this process
     * @param separateWorkingDir whether each has a directory of its own, which is deleted at the end
     * @param bufferSize of its input, in characters
     * @param encoding of its input and output
     */
    public RDD<String> pipe(
            List<String> command,
            Map<String, String> environment,
            boolean separateWorkingDir,
            int bufferSize,
            String encoding) {
        Operator operator = Operator.here("pipe");
        PipedProcess.Command started = new PipedProcess.Command(
                operator,
                new ArrayList<>(command),
                new HashMap<>(environment),
                separateWorkingDir,
                bufferSize,
                Charset.forName(encoding).name());
        return wrap(new MapPartitionsNode<>(
                operator,
                node(),
                records -> PipedProcess.run(started, records, Objects.requireNonNull(TaskScope.current())),
                false));
    }

    /** One list a partition. */
    public RDD<List<T>> glom() {
        return wrap(new MapPartitionsNode<>(
                Operator.here("glom"),
                node(),
                records -> List.of(Actions.toList(records)).iterator(),
                false));
    }

    /** Like {@link #sample(boolean, double, long)}, with a seed that follows from the program's line and the batch. */
    public RDD<T> sample(boolean withReplacement, double fraction) {
        Operator operator = Operator.here("sample");
        return same(Samples.sample(operator, node(), withReplacement, fraction, Samples.seed(operator)));
    }

    /**
     * About a fraction of the records by chance, in order; partitions stay. The same seed draws the same of the same data.
     *
     * @param withReplacement whether a record may be there several times
     * @param fraction how often a record is there on average; at most 1 without replacement
     */
    public RDD<T> sample(boolean withReplacement, double fraction, long seed) {
        return same(Samples.sample(Operator.here("sample"), node(), withReplacement, fraction, seed));
    }

    /** Like {@link #randomSplit(double[], long)}, with a seed that follows from the program's line and the batch. */
    public RDD<T>[] randomSplit(double[] weights) {
        return split(Operator.here("randomSplit"), weights, null);
    }

    /** Each record in one of several datasets by chance, in order; about as many in each as its weight says. */
    public RDD<T>[] randomSplit(double[] weights, long seed) {
        return split(Operator.here("randomSplit"), weights, seed);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of datasets
    private RDD<T>[] split(Operator operator, double[] weights, @Nullable Long seed) {
        double[] ends = Samples.ends(operator, weights);
        RDD<T>[] parts = new RDD[weights.length];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = same(Samples.split(
                    operator, node(), i == 0 ? 0 : ends[i - 1], ends[i], seed != null ? seed : Samples.seed(operator)));
        }
        return parts;
    }

    // ---- with another dataset, or other partitions ----

    /** The records of this dataset, then those of the other; partitions stay as they are, and nothing is moved. */
    public RDD<T> union(RDD<T> other) {
        return same(new UnionNode<>(Operator.here("union"), List.of(node(), other.node())));
    }

    /** Like {@link #coalesce(int, boolean)}, without moving records. */
    public RDD<T> coalesce(int partitions) {
        return coalesce(partitions, false);
    }

    /**
     * At most {@code partitions} partitions, by putting neighbours together; order is kept.
     *
     * @param shuffle whether to do as {@link #repartition(int)} does, so that what stands above is computed in as many tasks as
     *     it has partitions
     */
    public RDD<T> coalesce(int partitions, boolean shuffle) {
        Operator operator = Operator.here("coalesce");
        return same(shuffle ? Layouts.even(operator, node(), partitions) : Layouts.fewer(operator, node(), partitions));
    }

    /** {@code partitions} partitions of almost equal length: records are moved, dealt out in turn, the same in every run. */
    public RDD<T> repartition(int partitions) {
        return same(Layouts.even(Operator.here("repartition"), node(), partitions));
    }

    /** Like {@link #distinct(int)}, into as many partitions as this dataset has. */
    public RDD<T> distinct() {
        return distinct(Math.max(1, getNumPartitions()));
    }

    /**
     * Each record once, the first of those that are equal, in order of first arrival. Records are moved by their hash, as keys are;
     * they spill as an aggregation does.
     */
    public RDD<T> distinct(int partitions) {
        return same(SetOperations.distinct(Operator.here("distinct"), node(), new HashPartitioner(partitions)));
    }

    /** The records that are in the other dataset too, each once, in order of first arrival here. Both are moved by hash. */
    public RDD<T> intersection(RDD<T> other) {
        return same(SetOperations.intersection(
                Operator.here("intersection"),
                node(),
                other.node(),
                new HashPartitioner(context.defaultParallelism())));
    }

    /** Like {@link #subtract(RDD, Partitioner)}, by hash into as many partitions as this dataset has. */
    public RDD<T> subtract(RDD<T> other) {
        return subtract(other, Math.max(1, getNumPartitions()));
    }

    /** Like {@link #subtract(RDD, Partitioner)}, by hash into {@code partitions} partitions. */
    public RDD<T> subtract(RDD<T> other, int partitions) {
        return subtract(other, new HashPartitioner(partitions));
    }

    /**
     * The records that are not in the other dataset, in order of first arrival; equal ones stand side by side. Both are moved.
     *
     * @param partitioner is given records
     */
    public RDD<T> subtract(RDD<T> other, Partitioner partitioner) {
        return same(SetOperations.subtract(Operator.here("subtract"), node(), other.node(), partitioner));
    }

    /**
     * The records in the order of what a function makes of each, which is {@link Comparable}; equal ones in order of arrival. They are
     * moved to ranges, whose bounds a job finds at once by a sample, and sorted there, in memory or spilled.
     */
    public <S> RDD<T> sortBy(Function<T, S> function, boolean ascending, int partitions) {
        Operator operator = Operator.here("sortBy");
        return same(Layouts.values(
                operator,
                Sorting.byKey(
                        operator,
                        pairs(keyed(operator, function)),
                        RangePartitioner.order(new NaturalOrder<S>(operator), ascending),
                        partitions)));
    }

    /** Like {@link #groupBy(Function, int)}, into the default number of partitions. */
    public <K> PairRDD<K, List<T>> groupBy(Function<T, K> function) {
        return groupBy(function, context.defaultParallelism());
    }

    /** One pair a key that a function gives: all records of the key in order of arrival, in memory. Moved by hash. */
    public <K> PairRDD<K, List<T>> groupBy(Function<T, K> function, int partitions) {
        Operator operator = Operator.here("groupBy");
        return pairs(Shuffles.groupByKey(operator, keyed(operator, function), new HashPartitioner(partitions)));
    }

    /**
     * Each record with each of the other dataset: of each partition here one partition with each there. A partition of the other one is
     * held meanwhile, in memory or spilled, and computed once for each partition here.
     */
    public <U> PairRDD<T, U> cartesian(RDD<U> other) {
        return pairs(new CartesianNode<>(Operator.here("cartesian"), node(), other.node()));
    }

    /**
     * The first record with the first of the other dataset, and so on; nothing is moved. Both must have as many partitions, with as many
     * records each, or the job fails.
     *
     * @throws IllegalArgumentException if one has more partitions than the other
     */
    public <U> PairRDD<T, U> zip(RDD<U> other) {
        return pairs(Zips.zip(Operator.here("zip"), node(), other.node()));
    }

    /**
     * The records that a function makes of each partition and that of the same number of the other dataset; nothing is moved.
     *
     * @throws IllegalArgumentException if one has more partitions than the other
     */
    public <U, V> RDD<V> zipPartitions(RDD<U> other, FlatMapFunction2<Iterator<T>, Iterator<U>, V> function) {
        return wrap(Zips.partitions(Operator.here("zipPartitions"), node(), other.node(), function));
    }

    /** Each record with its place from 0 in the order of {@link #collect()}; a job counts the records at once. */
    public PairRDD<T, Long> zipWithIndex() {
        Operator operator = Operator.here("zipWithIndex");
        List<Long> counts = getNumPartitions() < 2 ? List.of() : run(Actions::count);
        return pairs(Zips.withIndex(operator, node(), counts));
    }

    /** Each record with a number that no other has: its place in its partition, times the number of partitions, plus the partition. */
    public PairRDD<T, Long> zipWithUniqueId() {
        return pairs(Zips.withUniqueId(Operator.here("zipWithUniqueId"), node()));
    }

    /** A dataset of the kind of this one. */
    RDD<T> same(RddNode<T> result) {
        return new RDD<>(context, result);
    }

    final <R> RDD<R> wrap(RddNode<R> result) {
        return new RDD<>(context, result);
    }

    final <K, V> PairRDD<K, V> pairs(RddNode<Tuple2<K, V>> result) {
        return new PairRDD<>(context, result);
    }

    final DoubleRDD doubles(RddNode<Double> result) {
        return new DoubleRDD(context, result);
    }
}
