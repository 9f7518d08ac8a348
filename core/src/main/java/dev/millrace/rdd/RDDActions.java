/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.MillraceContext;
import dev.millrace.function.VoidFunction;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.engine.Evaluation;
import dev.millrace.internal.engine.EvaluationRequest;
import dev.millrace.internal.engine.TaskFunction;
import dev.millrace.internal.io.output.SavedFiles;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.memory.ConcatIterator;
import dev.millrace.internal.operators.Actions;
import dev.millrace.internal.operators.JobScope;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The actions that bring records to the program, do something with each, or write them: at once, or beside the program.
 *
 * @param <T> the type of the records
 */
abstract sealed class RDDActions<T> extends RDDSummaries<T> permits RDD {
    RDDActions(MillraceContext context, RddNode<T> node) {
        super(context, node);
    }

    /** All records, in order, in this process's memory. */
    public List<T> collect() {
        List<T> all = new ArrayList<>();
        run(Actions::toList).forEach(all::addAll);
        return all;
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
}
