/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.MillraceContext;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.engine.EvaluationRequest;
import dev.millrace.internal.engine.TaskFunction;
import dev.millrace.internal.lineage.LineagePicture;
import dev.millrace.internal.lineage.PersistedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.SourceNode;
import dev.millrace.internal.operators.JobScope;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Tells about a dataset, keeps it, and has the engine compute its partitions. Not public, like {@link RDDSummaries} and {@link RDDActions},
 * so that all of RDD stands on one page; and nothing in these is final, because the compiler gives RDD a method for each of theirs then,
 * which reflection can call.
 *
 * @param <T> the type of the records
 */
abstract sealed class RDDHandle<T> permits RDDSummaries {
    final MillraceContext context;
    private final RddNode<T> computed;
    private volatile @Nullable PersistedNode<T> persisted;
    private volatile @Nullable String name;

    RDDHandle(MillraceContext context, RddNode<T> node) {
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

    /** The result of a function on each partition, in order. */
    final <R> List<R> run(TaskFunction<T, R> function) {
        return run(node(), function);
    }

    /** The same of another dataset of this context, such as one that was derived from this. */
    final <S, R> List<R> run(RddNode<S> data, TaskFunction<S, R> function) {
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
