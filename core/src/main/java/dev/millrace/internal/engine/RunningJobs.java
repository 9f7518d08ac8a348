/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.operators.BegunJob;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.spi.JobLabel;
import dev.millrace.streaming.BatchTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The jobs that an engine runs now: it cancels those of a batch, those that the program has ended, and all when the engine closes. A job
 * that begins while one of that happens is cancelled, or refused. Any thread.
 */
public final class RunningJobs {
    private final Set<Running> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private volatile @Nullable BatchTime cancelled; // until it is settled

    /** A job of an engine. */
    public abstract static class Running {
        public final JobLabel label;
        public final BegunJob begun = BegunJob.current(); // as the program knows it

        protected Running(JobLabel label) {
            this.label = label;
        }

        /** Ends its tasks early, and has no other begin. Any thread; may be called again. */
        protected abstract void cancel();
    }

    /**
     * A job begins on this thread; pair with {@link #end}.
     *
     * @throws IllegalStateException if the thread runs a task, or the engine is closed
     */
    public void begin(Running job) {
        if (TaskScope.current() != null) {
            throw new IllegalStateException("an action was called inside a task, where datasets cannot be computed;"
                    + " call it in the program before, and use its result in the function");
        }
        running.add(job);
        if (closed) { // looked at after the job is among the running ones, which a close cancels
            running.remove(job);
            throw new IllegalStateException("the context is stopped; make a new one");
        }
        if (job.begun.isEnded() || (cancelled != null && Objects.equals(job.label.batch(), cancelled))) {
            job.cancel();
        }
    }

    public void end(Running job) {
        running.remove(job);
    }

    /** Cancels the jobs of a batch, also those that begin before it is {@linkplain #settled settled}. */
    public void cancel(BatchTime batch) {
        cancelled = batch; // first: a job that begins now sees it, or is seen below
        cancel(job -> batch.equals(job.label.batch()));
    }

    /** Cancels what a job of the program runs, which is marked as ended. */
    public void cancel(BegunJob begun) {
        cancel(job -> job.begun == begun);
    }

    private void cancel(Predicate<Running> which) {
        running.stream().filter(which).forEach(Running::cancel);
    }

    /** A batch has ended; it may be run again. */
    public void settled(BatchTime batch) {
        if (batch.equals(cancelled)) {
            cancelled = null;
        }
    }

    /** The jobs of a batch. */
    List<Running> of(BatchTime batch) {
        return running.stream().filter(job -> batch.equals(job.label.batch())).toList();
    }

    /** Cancels what runs, and refuses what comes. Returns false if that was done before. */
    public synchronized boolean close() {
        boolean first = !closed;
        closed = true;
        cancel(job -> true);
        return first;
    }
}
