/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.function.FlatMapFunction;
import dev.millrace.function.Function;
import dev.millrace.function.Function2;
import dev.millrace.function.PairFlatMapFunction;
import dev.millrace.function.PairFunction;
import dev.millrace.function.VoidFunction;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.engine.Evaluation;
import dev.millrace.internal.engine.EvaluationRequest;
import dev.millrace.internal.engine.TaskFunction;
import dev.millrace.internal.lineage.CoalesceNode;
import dev.millrace.internal.lineage.FilterNode;
import dev.millrace.internal.lineage.FlatMapNode;
import dev.millrace.internal.lineage.MapNode;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.PersistedNode;
import dev.millrace.internal.lineage.RddAccess;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.SourceNode;
import dev.millrace.internal.lineage.UnionNode;
import dev.millrace.internal.operators.Actions;
import dev.millrace.internal.operators.JobScope;
import dev.millrace.internal.operators.Pairs;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * An immutable partitioned dataset, described by how it is computed and computed each time an action asks for it. A
 * thin handle; safe for use by several threads. On the embedded engine the order of records is the same in every run.
 *
 * @param <T> the type of the records
 */
public class RDD<T> {
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
            public <T> RddNode<T> node(RDD<T> rdd) {
                return rdd.node();
            }
        });
    }

    final MillraceContext context;
    private final RddNode<T> computed;
    private volatile @Nullable PersistedNode<T> persisted;

    RDD(MillraceContext context, RddNode<T> node) {
        this.context = context;
        computed = node;
    }

    /** The node on which operations and actions work from here on. */
    final RddNode<T> node() {
        RddNode<T> kept = persisted;
        return kept != null ? kept : computed;
    }

    /** The context on whose engine this dataset is computed. */
    public final MillraceContext context() {
        return context;
    }

    /** The number of partitions; known without computing anything. */
    public final int getNumPartitions() {
        return node().partitions();
    }

    /**
     * The source of these records, if this is the first RDD of a stream from one, such as a {@code PartitionedSource} with the offsets of
     * Kafka; of any other RDD, which has been operated on or comes from elsewhere, an object that is nothing else and says so.
     */
    public final Object rdd() {
        return computed instanceof SourceNode<T> read ? read.source() : new NotReadFromASource(this);
    }

    // ---- keeping ----

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

    final synchronized void keep(StorageLevel level) {
        if (persisted != null && !persisted.level().equals(level)) {
            throw new UnsupportedOperationException(computed.operator() + " is kept at level " + persisted.level()
                    + " and cannot change to " + level + "; call unpersist() before");
        }
        if (persisted == null && (level.useMemory() || level.useDisk())) {
            persisted = new PersistedNode<>(computed, level);
        }
    }

    /** Drops what was kept; it is computed again when it is asked for. Returns this. */
    public RDD<T> unpersist() {
        forget();
        return this;
    }

    final synchronized void forget() {
        PersistedNode<T> kept = persisted;
        if (kept != null) {
            persisted = null;
            kept.noLongerWanted();
            ContextRuntime.of(context).engine().unpersist(kept);
        }
    }

    /** The level at which this is kept, or {@link StorageLevels#NONE}. */
    public final StorageLevel getStorageLevel() {
        PersistedNode<T> kept = persisted;
        return kept == null ? StorageLevels.NONE : kept.level();
    }

    // ---- transformations: lazy ----

    /** One record for each, made by a function; order and partitions stay. */
    public final <R> RDD<R> map(Function<T, R> function) {
        return wrap(new MapNode<>(Operator.here("map"), node(), function, false));
    }

    /** One pair for each record, made by a function; order and partitions stay. A function that returns null is an error. */
    public final <K, V> PairRDD<K, V> mapToPair(PairFunction<T, K, V> function) {
        return pairs(new MapNode<>(Operator.here("mapToPair"), node(), Pairs.made(function), false));
    }

    /** None, one or many records for each, made by a function; order and partitions stay. */
    public final <R> RDD<R> flatMap(FlatMapFunction<T, R> function) {
        return wrap(new FlatMapNode<>(Operator.here("flatMap"), node(), function::call, false));
    }

    /** None, one or many pairs for each record, made by a function; order and partitions stay. */
    public final <K, V> PairRDD<K, V> flatMapToPair(PairFlatMapFunction<T, K, V> function) {
        return pairs(new FlatMapNode<>(Operator.here("flatMapToPair"), node(), Pairs.madeMany(function), false));
    }

    /** The records for which {@code predicate} is true, in order; partitions stay. */
    public RDD<T> filter(Function<T, Boolean> predicate) {
        return wrap(new FilterNode<>(Operator.here("filter"), node(), predicate));
    }

    /** The records made of each partition by a function, which is called once a partition, an empty one too. */
    public final <R> RDD<R> mapPartitions(FlatMapFunction<Iterator<T>, R> function) {
        return wrap(new MapPartitionsNode<>(Operator.here("mapPartitions"), node(), function::call, false));
    }

    /** The records of this dataset, then those of the other; partitions stay as they are. */
    public final RDD<T> union(RDD<T> other) {
        return wrap(new UnionNode<>(Operator.here("union"), List.of(node(), other.node())));
    }

    /** At most {@code partitions} partitions, by putting neighbours together; order is kept. */
    public final RDD<T> coalesce(int partitions) {
        return wrap(new CoalesceNode<>(Operator.here("coalesce"), node(), partitions));
    }

    /** One list a partition. */
    public final RDD<List<T>> glom() {
        return wrap(new MapPartitionsNode<>(
                Operator.here("glom"),
                node(),
                records -> List.of(Actions.toList(records)).iterator(),
                false));
    }

    // ---- actions: run a job on the calling thread and the engine ----

    /** All records, in order, in this process's memory. */
    public final List<T> collect() {
        List<T> all = new ArrayList<>();
        run(Actions::toList).forEach(all::addAll);
        return all;
    }

    /** The number of records; computes every partition. */
    public final long count() {
        return run(Actions::count).stream().mapToLong(Long::longValue).sum();
    }

    /** The first {@code n} records, computing no more partitions than needed. */
    public final List<T> take(int n) {
        List<T> taken = new ArrayList<>();
        if (n > 0) {
            Evaluation<List<T>> evaluation = ContextRuntime.of(context)
                    .evaluate(new EvaluationRequest<>(
                            node(),
                            records -> Actions.take(records, n),
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
    public final T first() {
        List<T> first = take(1);
        if (first.isEmpty()) {
            throw new NoSuchElementException("first() of an RDD without records; ask isEmpty() before");
        }
        return first.get(0);
    }

    /** Returns whether there is no record; computes no more partitions than needed. */
    public final boolean isEmpty() {
        return take(1).isEmpty();
    }

    /**
     * All records merged into one by an associative function, in order.
     *
     * @throws NoSuchElementException if there is no record
     */
    public final T reduce(Function2<T, T, T> function) {
        Operator operator = Operator.here("reduce");
        List<T> partials = new ArrayList<>();
        run((TaskFunction<T, List<T>>) records -> Actions.reduce(records, function, operator))
                .forEach(partials::addAll);
        List<T> result = Actions.reduce(partials.iterator(), function, operator);
        if (result.isEmpty()) {
            throw new NoSuchElementException("reduce() of an RDD without records; ask isEmpty() before");
        }
        return result.get(0);
    }

    /** The {@code n} greatest records, greatest first; among equals the earlier ones. */
    public final <C extends Comparator<? super T> & Serializable> List<T> top(int n, C comparator) {
        List<T> best = new ArrayList<>();
        run((TaskFunction<T, List<T>>) records -> Actions.top(records, n, comparator))
                .forEach(best::addAll);
        return Actions.top(best.iterator(), n, comparator);
    }

    /** Runs an action on every record, in tasks. */
    public final void foreach(VoidFunction<T> action) {
        Operator operator = Operator.here("foreach");
        run((TaskFunction<T, Integer>) records -> Actions.foreach(records, action, operator));
    }

    /** Runs an action on every partition, in tasks. */
    public final void foreachPartition(VoidFunction<Iterator<T>> action) {
        Operator operator = Operator.here("foreachPartition");
        run((TaskFunction<T, Integer>) records -> Actions.foreachPartition(records, action, operator));
    }

    private <R> List<R> run(TaskFunction<T, R> function) {
        EvaluationRequest<T, R> all = EvaluationRequest.all(node(), function, JobScope.current());
        return ContextRuntime.of(context).evaluate(all).results();
    }

    final <R> RDD<R> wrap(RddNode<R> result) {
        return new RDD<>(context, result);
    }

    final <K, V> PairRDD<K, V> pairs(RddNode<Tuple2<K, V>> result) {
        return new PairRDD<>(context, result);
    }

    @Override
    public final String toString() {
        return node().operator() + " (" + node().partitions() + " partitions)";
    }
}
