/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.MillraceContext;
import dev.millrace.function.Function2;
import dev.millrace.function.VoidFunction;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.engine.Evaluation;
import dev.millrace.internal.engine.EvaluationRequest;
import dev.millrace.internal.engine.TaskFunction;
import dev.millrace.internal.io.output.SavedFiles;
import dev.millrace.internal.lineage.LineagePicture;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.PersistedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.SourceNode;
import dev.millrace.internal.memory.ConcatIterator;
import dev.millrace.internal.operators.Actions;
import dev.millrace.internal.operators.HyperLogLog;
import dev.millrace.internal.operators.JobScope;
import dev.millrace.internal.operators.NaturalOrder;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Tells about a dataset, and runs jobs on it: the half of {@link RDD} that makes no other dataset. Not public, so that all of RDD
 * stands on one page; and nothing in it is final, because the compiler gives RDD a method for each of these then, which
 * reflection can call.
 *
 * @param <T> the type of the records
 */
abstract sealed class RDDActions<T> permits RDD {
    final MillraceContext context;
    private final RddNode<T> computed;
    private volatile @Nullable PersistedNode<T> persisted;
    private volatile @Nullable String name;

    RDDActions(MillraceContext context, RddNode<T> node) {
        this.context = context;
        computed = node;
    }

    /** The node on which operations and actions work from here on. */
    final RddNode<T> node() {
        RddNode<T> kept = persisted;
        return kept != null ? kept : computed;
    }

    // ---- about the dataset ----

    /** The context on whose engine this dataset is computed. */
    public MillraceContext context() {
        return context;
    }

    /** A number that no other dataset of this process has; another one in the next process. */
    public long id() {
        return computed.id();
    }

    /** The name that {@link RDD#setName} gave, or null. */
    public @Nullable String name() {
        return name;
    }

    final void rename(String to) {
        name = to;
    }

    /** The number of partitions; known without computing anything. */
    public int getNumPartitions() {
        return node().partitions();
    }

    /** The partitions, in order; known without computing anything. */
    public List<Partition> partitions() {
        return IntStream.range(0, getNumPartitions()).mapToObj(Partition::new).toList();
    }

    /** The layout of the keys of these pairs over the partitions, where that is known. */
    public Optional<Partitioner> partitioner() {
        return Optional.ofNullable(node().partitioner());
    }

    /**
     * The source of these records, if this is the first RDD of a stream from one, such as a {@code PartitionedSource} with the offsets of
     * Kafka; of any other RDD, which has been operated on or comes from elsewhere, an object that is nothing else and says so.
     */
    public Object rdd() {
        return computed instanceof SourceNode<T> read ? read.source() : new NotReadFromASource(this);
    }

    /** The level at which this is kept, or {@link StorageLevels#NONE}. */
    public StorageLevel getStorageLevel() {
        PersistedNode<T> kept = persisted;
        return kept == null ? StorageLevels.NONE : kept.level();
    }

    final synchronized void keep(StorageLevel level) {
        if (persisted != null && !persisted.level().equals(level)) {
            throw new UnsupportedOperationException(computed.operator() + " is kept at level " + persisted.level()
                    + " and cannot change to " + level + "; call unpersist() before");
        }
        if (persisted == null && (level.useMemory() || level.useDisk())) {
            persisted = new PersistedNode<>(computed, level);
            ContextRuntime.of(context).persisted((RDD<?>) this);
        }
    }

    final synchronized void forget() {
        PersistedNode<T> kept = persisted;
        if (kept != null) {
            persisted = null;
            kept.noLongerWanted();
            ContextRuntime.of(context).engine().unpersist(kept);
        }
    }

    // ---- actions: run a job on the calling thread and the engine ----

    /** All records, in order, in this process's memory. */
    public List<T> collect() {
        List<T> all = new ArrayList<>();
        run(Actions::toList).forEach(all::addAll);
        return all;
    }

    /** The number of records; computes every partition. */
    public long count() {
        return run(Actions::count).stream().mapToLong(Long::longValue).sum();
    }

    /** The first {@code n} records, computing no more partitions than needed. */
    public List<T> take(int n) {
        List<T> taken = new ArrayList<>();
        if (n > 0) {
            Evaluation<List<T>> evaluation = ContextRuntime.of(context)
                    .evaluate(new EvaluationRequest<>(
                            node(),
                            records -> Actions.take(records, n),
                            0,
                            1,
                            results -> results.stream().mapToInt(List::size).sum() >= n,
                            JobScope.current()));
            evaluation
                    .results()
                    .forEach(part -> taken.addAll(part.subList(0, Math.min(part.size(), n - taken.size()))));
        }
        return taken;
    }

    /**
     * The first record.
     *
     * @throws NoSuchElementException if there is none
     */
    public T first() {
        List<T> first = take(1);
        if (first.isEmpty()) {
            throw new NoSuchElementException("first() of an RDD without records; ask isEmpty() before");
        }
        return first.get(0);
    }

    /** Returns whether there is no record; computes no more partitions than needed. */
    public boolean isEmpty() {
        return take(1).isEmpty();
    }

    /** The records of some partitions, each in order; the others are not computed, but for what is moved between stages. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of lists
    public List<T>[] collectPartitions(int[] partitions) {
        List<T>[] collected = new List[partitions.length];
        for (int i = 0; i < partitions.length; i++) {
            collected[i] = partition(Objects.checkIndex(partitions[i], getNumPartitions()));
        }
        return collected;
    }

    /**
     * All records, in order, of which only those of one partition are in this process's memory at a time: a job computes each partition
     * when it is reached. Outside of a batch such a job moves again what stands above a shuffle, so persist a dataset of that kind before.
     */
    public Iterator<T> toLocalIterator() {
        return new ConcatIterator<>(
                IntStream.range(0, getNumPartitions()).iterator(),
                partition -> partition(partition).iterator());
    }

    private List<T> partition(int index) {
        return ContextRuntime.of(context)
                .evaluate(EvaluationRequest.one(node(), index, Actions::toList, JobScope.current()))
                .results()
                .get(0);
    }

    /**
     * All records merged into one by an associative function, in order.
     *
     * @throws NoSuchElementException if there is no record
     */
    public T reduce(Function2<T, T, T> function) {
        return reduced(Operator.here("reduce"), node(), function);
    }

    /**
     * The same, of which neighbours are merged in tasks, level by level, before the rest is merged here: for many partitions.
     *
     * @param depth the number of levels, at least 1
     * @throws NoSuchElementException if there is no record
     */
    public T treeReduce(Function2<T, T, T> function, int depth) {
        Operator operator = Operator.here("treeReduce");
        RddNode<T> partials = new MapPartitionsNode<>(
                operator,
                node(),
                records -> Actions.reduce(records, function, operator).iterator(),
                false);
        return reduced(operator, TreeAggregation.levels(operator, partials, function, depth), function);
    }

    /** Like {@link #treeReduce(Function2, int)}, in 2 levels. */
    public T treeReduce(Function2<T, T, T> function) {
        return treeReduce(function, 2);
    }

    private T reduced(Operator operator, RddNode<T> data, Function2<T, T, T> function) {
        List<T> partials = new ArrayList<>();
        run(data, (TaskFunction<T, List<T>>) records -> Actions.reduce(records, function, operator))
                .forEach(partials::addAll);
        List<T> result = Actions.reduce(partials.iterator(), function, operator);
        if (result.isEmpty()) {
            throw new NoSuchElementException(operator.name() + "() of an RDD without records; ask isEmpty() before");
        }
        return result.get(0);
    }

    /**
     * The greatest record; among equals the first.
     *
     * @throws NoSuchElementException if there is none
     */
    public <C extends Comparator<? super T> & Serializable> T max(C comparator) {
        return reduced(Operator.here("max"), node(), (a, b) -> comparator.compare(a, b) >= 0 ? a : b);
    }

    /**
     * The least record; among equals the first.
     *
     * @throws NoSuchElementException if there is none
     */
    public <C extends Comparator<? super T> & Serializable> T min(C comparator) {
        return reduced(Operator.here("min"), node(), (a, b) -> comparator.compare(a, b) <= 0 ? a : b);
    }

    /** Like {@link #aggregate} with one function: the zero value stands before the records of each partition, and once before all. */
    public T fold(T zero, Function2<T, T, T> function) {
        return aggregated(Operator.here("fold"), zero, function, function);
    }

    /**
     * All records merged into a value, partition by partition and in order, and then the values of the partitions in theirs.
     *
     * @param zero what each partition begins with, and the merging of the partitions: each with a copy, which the functions may change;
     *     a type of your own is declared by {@code registerTypes}
     * @param add merges a record into a value
     * @param merge merges the value of a partition into that of those before
     */
    public <U> U aggregate(U zero, Function2<U, T, U> add, Function2<U, U, U> merge) {
        return aggregated(Operator.here("aggregate"), zero, add, merge);
    }

    private <U> U aggregated(Operator operator, U zero, Function2<U, T, U> add, Function2<U, U, U> merge) {
        ZeroValue<U> start = ZeroValue.of(operator, zero, context.codec());
        List<U> partials = run((TaskFunction<T, U>) records -> Actions.fold(records, start.fresh(), add, operator));
        return Actions.fold(partials.iterator(), start.fresh(), merge, operator);
    }

    /** Like {@link #treeAggregate(Object, Function2, Function2, int)}, in 2 levels. */
    public <U> U treeAggregate(U zero, Function2<U, T, U> add, Function2<U, U, U> merge) {
        return treeAggregate(zero, add, merge, 2);
    }

    /** Like {@link #treeAggregate(Object, Function2, Function2, int, boolean)}; the last values are merged in this process. */
    public <U> U treeAggregate(U zero, Function2<U, T, U> add, Function2<U, U, U> merge, int depth) {
        return treeAggregate(zero, add, merge, depth, false);
    }

    /**
     * Like {@link #aggregate}, of which neighbouring partitions are merged in tasks, level by level: for many partitions, or large
     * values. The zero value stands before the records of each partition only.
     *
     * @param depth the number of levels, at least 1
     * @param finalAggregateOnExecutor whether a task merges the last values too, so that only the result comes to this process
     */
    public <U> U treeAggregate(
            U zero, Function2<U, T, U> add, Function2<U, U, U> merge, int depth, boolean finalAggregateOnExecutor) {
        Operator operator = Operator.here("treeAggregate");
        ZeroValue<U> start = ZeroValue.of(operator, zero, context.codec());
        RddNode<U> partials = new MapPartitionsNode<>(
                operator,
                node(),
                records -> Collections.singletonList(Actions.fold(records, start.fresh(), add, operator))
                        .iterator(),
                false);
        RddNode<U> last = TreeAggregation.levels(operator, partials, merge, depth);
        List<U> results = new ArrayList<>();
        run(finalAggregateOnExecutor ? TreeAggregation.merged(operator, last, merge, 1) : last, Actions::toList)
                .forEach(results::addAll);
        List<U> merged = Actions.reduce(results.iterator(), merge, operator);
        return merged.isEmpty() ? start.fresh() : merged.get(0);
    }

    /** Like {@link #top(int, Comparator)}, in the natural order of the records. */
    public List<T> top(int n) {
        return best(n, new NaturalOrder<T>(Operator.here("top")));
    }

    /** The {@code n} greatest records, greatest first; among equals the earlier ones. Twice as many are held in memory. */
    public <C extends Comparator<? super T> & Serializable> List<T> top(int n, C comparator) {
        return best(n, comparator);
    }

    /** Like {@link #takeOrdered(int, Comparator)}, in the natural order of the records. */
    public List<T> takeOrdered(int n) {
        return best(n, new NaturalOrder<T>(Operator.here("takeOrdered")).reversed());
    }

    /** The {@code n} least records, least first; among equals the earlier ones. Twice as many are held in memory. */
    public <C extends Comparator<? super T> & Serializable> List<T> takeOrdered(int n, C comparator) {
        return best(n, comparator.reversed());
    }

    private List<T> best(int n, Comparator<? super T> order) {
        List<T> best = new ArrayList<>();
        run((TaskFunction<T, List<T>>) records -> Actions.top(records, n, order))
                .forEach(best::addAll);
        return Actions.top(best.iterator(), n, order);
    }

    /**
     * Like {@link #takeSample(boolean, int, long)}, with a seed that follows from the program's line and the batch, so that a batch that
     * runs again draws the same.
     */
    public List<T> takeSample(boolean withReplacement, int n) {
        Operator operator = Operator.here("takeSample");
        return TakenSample.of(operator, this, withReplacement, n, Samples.seed(operator));
    }

    /**
     * {@code n} records by chance, in an order by chance, in this process's memory; the same for the same seed.
     *
     * @param withReplacement whether a record may be drawn several times; else there are at most as many as this dataset has
     */
    public List<T> takeSample(boolean withReplacement, int n, long seed) {
        return TakenSample.of(Operator.here("takeSample"), this, withReplacement, n, seed);
    }

    /** Each record that occurs, with how often it does, in order of first arrival in partitions by hash. In this process's memory. */
    public Map<T, Long> countByValue() {
        return new PairRDD<>(context, SetOperations.counts(Operator.here("countByValue"), node(), context))
                .collectAsMap();
    }

    /** Like {@link #count()}; it is exact, however much time is allowed. */
    public PartialResult<BoundedDouble> countApprox(long timeout) {
        return countApprox(timeout, 0.95);
    }

    /** Like {@link #count()}; it is exact, however much time and whatever confidence is asked for. */
    public PartialResult<BoundedDouble> countApprox(long timeout, double confidence) {
        return new PartialResult<>(BoundedDouble.exactly(count()));
    }

    /** Like {@link #countByValue()}; it is exact, however much time is allowed. */
    public PartialResult<Map<T, BoundedDouble>> countByValueApprox(long timeout) {
        return countByValueApprox(timeout, 0.95);
    }

    /** Like {@link #countByValue()}; it is exact, however much time and whatever confidence is asked for. */
    public PartialResult<Map<T, BoundedDouble>> countByValueApprox(long timeout, double confidence) {
        return new PartialResult<>(BoundedDouble.exactly(countByValue()));
    }

    /**
     * About how many different records there are, equal by their own equals, in little memory whatever their number. The estimate is the
     * same in every run and does not depend on partitions.
     *
     * @param relativeSD how far it is off on average, such as 0.05; half of that needs four times the memory, which is 512 bytes for 0.05
     */
    public long countApproxDistinct(double relativeSD) {
        HyperLogLog registers = new HyperLogLog(relativeSD);
        Operator operator = Operator.here("countApproxDistinct");
        List<byte[]> partials = run((TaskFunction<T, byte[]>)
                records -> Actions.fold(records, registers.empty(), registers::add, operator));
        return registers.estimate(Actions.fold(partials.iterator(), registers.empty(), registers::merge, operator));
    }

    /** Runs an action on every record, in tasks. */
    public void foreach(VoidFunction<T> action) {
        foreach(Operator.here("foreach"), action);
    }

    private @Nullable Void foreach(Operator operator, VoidFunction<T> action) {
        run((TaskFunction<T, Integer>) records -> Actions.foreach(records, action, operator));
        return null;
    }

    /** Runs an action on every partition, in tasks. */
    public void foreachPartition(VoidFunction<Iterator<T>> action) {
        foreachPartition(Operator.here("foreachPartition"), action);
    }

    private @Nullable Void foreachPartition(Operator operator, VoidFunction<Iterator<T>> action) {
        run((TaskFunction<T, Integer>) records -> Actions.foreachPartition(records, action, operator));
        return null;
    }

    /**
     * Writes a line a record, in UTF-8, a file {@code part-00000} a partition, into a new directory, which is there when it is whole.
     *
     * @throws IllegalArgumentException if there is something at this path
     */
    public void saveAsTextFile(String path) {
        Saving.run(this, Operator.here("saveAsTextFile"), SavedFiles.text(path));
    }

    /** The same with encoded records, for {@code objectFile}; classes of the program are declared by {@code registerTypes}. */
    public void saveAsObjectFile(String path) {
        Saving.run(this, Operator.here("saveAsObjectFile"), SavedFiles.objects(path, context.codec()));
    }

    // ---- actions beside the program, each on a thread of its own ----

    /** Like {@link #collect()}, beside the program. */
    public FutureAction<List<T>> collectAsync() {
        return beside("collectAsync", this::collect);
    }

    /** Like {@link #count()}, beside the program. */
    public FutureAction<Long> countAsync() {
        return beside("countAsync", this::count);
    }

    /** Like {@link #take(int)}, beside the program. */
    public FutureAction<List<T>> takeAsync(int n) {
        return beside("takeAsync", () -> take(n));
    }

    /** Like {@link #foreach(VoidFunction)}, beside the program; it gives null. */
    public FutureAction<@Nullable Void> foreachAsync(VoidFunction<T> action) {
        Operator operator = Operator.here("foreachAsync");
        return beside("foreachAsync", () -> foreach(operator, action));
    }

    /** Like {@link #foreachPartition(VoidFunction)}, beside the program; it gives null. */
    public FutureAction<@Nullable Void> foreachPartitionAsync(VoidFunction<Iterator<T>> action) {
        Operator operator = Operator.here("foreachPartitionAsync");
        return beside("foreachPartitionAsync", () -> foreachPartition(operator, action));
    }

    private <R extends @Nullable Object> FutureAction<R> beside(String action, Callable<R> call) {
        return ContextRuntime.of(context).jobs().begin(action, call);
    }

    /** The result of a function on each partition, in order. */
    final <R> List<R> run(TaskFunction<T, R> function) {
        return run(node(), function);
    }

    private <S, R> List<R> run(RddNode<S> data, TaskFunction<S, R> function) {
        EvaluationRequest<S, R> all = EvaluationRequest.all(data, function, JobScope.current());
        return ContextRuntime.of(context).evaluate(all).results();
    }

    /** The lineage of this dataset as a tree, a line a dataset; what stands below {@code +-} is computed in a stage of its own. */
    public String toDebugString() {
        return LineagePicture.of(node());
    }

    @Override
    public String toString() {
        return (name == null ? "" : name + ": ") + node().operator() + " (" + node().partitions() + " partitions)";
    }
}
