/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.PersistedNode;
import dev.millrace.internal.lineage.RestoredRecords;
import dev.millrace.internal.lineage.RestoredTables;
import dev.millrace.internal.operators.BegunJob;
import dev.millrace.streaming.BatchTime;
import java.util.List;

/**
 * Computes datasets. Two calls do the work, {@link #evaluate} and {@link #materialise}; the others say what becomes of
 * what steps left. Nothing above an engine knows which one runs.
 *
 * <p>Threads: {@code evaluate} may be called from several threads at once and returns when the work is done; it is the job
 * that the thread has begun ({@link BegunJob#current()}). The
 * calls about steps and batches come from the batch thread only. Failed tasks are tried again as often as the configuration says; only what a
 * winning attempt did counts.
 */
public interface ExecutionEngine extends AutoCloseable {
    /** Returns whether tasks run in this process on the very objects that they were given, and on no copies of these. */
    default boolean sharesObjectsWithTasks() {
        return false;
    }

    /** The number of partitions where the program names none. */
    int defaultParallelism();

    /** Runs a function on the partitions of a dataset. */
    <T, R> Evaluation<R> evaluate(EvaluationRequest<T, R> request);

    /**
     * Runs a step once over all partitions. Its result can be read at once through leaves of its name and time, and is
     * provisional until {@link #settle}; its changes, if it is durable, wait in blocks that are given on when they are written.
     */
    StepResult materialise(MaterialiseStep<?> step);

    /** The steps of a batch have won, and become the next batch's base; or they vanish as if never run. */
    void settle(BatchTime time, boolean committed);

    /** Puts back the tables that a step held when the checkpoint was taken, before the first batch. */
    void restore(RestoredTables tables);

    /** Puts back records that a step had given and kept, before the first batch. */
    void restore(RestoredRecords records);

    /** Nothing will read the records that {@code step} gave for {@code time} any more. */
    void release(String step, BatchTime time);

    /** Drops what is kept of a persisted dataset; from now on it is computed when it is asked for. Any thread. */
    void unpersist(PersistedNode<?> node);

    /**
     * Makes a value available to tasks, so that it is sent once to each process that runs them. Any thread.
     *
     * @param made where the program asked for it, for errors
     */
    default <T> BroadcastValue<T> broadcast(T value, Operator made) {
        return new BroadcastValue.Here<>(value);
    }

    /** The program whose steps these were has ended: nothing of them is read any more. */
    void forgetSteps();

    /**
     * Ends the jobs of a batch early, those that run and those that it begins before it is settled; they throw
     * {@link dev.millrace.error.CancelledException}.
     */
    void cancel(BatchTime time);

    /**
     * Ends a job early that the program has marked as ended; it throws {@link dev.millrace.error.CancelledException}. One that begins only
     * now sees the mark. Any thread.
     */
    void cancel(BegunJob job);

    /** The threads of this process that run tasks of a batch now, so that a stop can tell where they are stuck. */
    default List<Thread> threadsOf(BatchTime batch) {
        return List.of();
    }

    /** Returns whether a failed task waits before it is tried again, from now on; in virtual time nothing waits. */
    default void delayRetries(boolean delay) {}

    /** Sets from which level on libraries that compute for this engine write lines; ours are set already. Any thread. */
    default void logLevel(String level) {}

    /**
     * Has {@code work} run when the process is told to end, before anything of the engine ends. Running the result takes
     * that back.
     *
     * @throws IllegalStateException if the process is ending already; taking back throws it too then
     */
    default Runnable atShutdown(Runnable work) {
        Thread hook = new Thread(work, "millrace-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        return () -> Runtime.getRuntime().removeShutdownHook(hook);
    }

    @Override
    void close();
}
