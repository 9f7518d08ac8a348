/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.error.CancelledException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.TaskObservation;
import dev.millrace.internal.logging.Trace;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.spi.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs the tasks of one stage. The calling thread takes tasks one by one; helpers take them beside it, from the start
 * if the stage may be large, else only once the first task has shown that it is worth waking a thread. Results come in
 * partition order whoever computed them. A task that fails is tried again after a while, in which its thread runs others;
 * when attempts run out the stage fails, after the tasks that still run have ended.
 */
final class StageRunner {
    private static final long SMALL_RECORDS = 4096;
    private static final long WORTH_A_WAKE_UP_NANOS = 200_000;

    private final Operator operator;
    private final Job job;
    private final ComputePool pool;
    private final RetryPolicy retries;
    private final boolean small;

    StageRunner(Operator operator, Job job, ComputePool pool, RetryPolicy retries, long records) {
        this.operator = operator;
        this.job = job;
        this.pool = pool;
        this.retries = retries;
        this.small = records <= SMALL_RECORDS;
    }

    /** What a task does: the same for every attempt. */
    interface TaskBody<R> {
        R run(int partition, TaskScope scope) throws Exception;

        /** Takes what the winning attempt gave, once a partition; returns what the stage keeps of it until its end. */
        default R won(int partition, R result) {
            return result;
        }
    }

    <R> List<R> run(int from, int until, TaskBody<R> body) throws Exception {
        Tasks<R> tasks = new Tasks<>(from, until, body);
        int helpers = Math.min(pool.size(), until - from - 1);
        if (small && helpers > 0) {
            long start = System.nanoTime();
            tasks.runNext();
            if (System.nanoTime() - start < WORTH_A_WAKE_UP_NANOS) {
                helpers = 0;
            }
        }
        CountDownLatch done = new CountDownLatch(Math.max(0, helpers));
        for (int i = 0; i < helpers; i++) {
            pool.execute(() -> {
                try {
                    tasks.runAll();
                } finally {
                    done.countDown();
                }
            });
        }
        tasks.runAll();
        tasks.await(done);
        Trace.step(
                Trace.Phase.COMPUTE,
                job.label().batch(),
                () -> operator.name() + ": " + (until - from) + " tasks have run");
        return tasks.results();
    }

    private final class Tasks<R> {
        private final int from;
        private final TaskQueue queue;
        private final TaskBody<R> body;
        private final List<@Nullable R> results;
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        Tasks(int from, int until, TaskBody<R> body) {
            this.from = from;
            this.body = body;
            queue = new TaskQueue(from, until, Clock.SYSTEM);
            results = new ArrayList<>(java.util.Collections.nCopies(until - from, null));
        }

        void runAll() {
            while (runNext()) {
                // the next task
            }
        }

        boolean runNext() {
            job.enter();
            try {
                TaskQueue.Attempt attempt = queue.take(job::isCancelled);
                if (attempt == null) {
                    return false;
                }
                run(attempt);
            } catch (InterruptedException e) { // while it waited
                job.cancel();
                fail(new CancelledException("interrupted while a task waited for its next attempt"));
            } catch (Throwable e) {
                fail(e);
            } finally {
                job.leave();
            }
            return true;
        }

        private void fail(Throwable error) {
            failure.compareAndSet(null, error);
            queue.close();
        }

        private void run(TaskQueue.Attempt attempt) throws Exception {
            int partition = attempt.partition();
            TaskScope attempted =
                    TaskScope.open(job.label(), partition, attempt.number(), job::isCancelled, job::asideBlocks);
            boolean won = false;
            try {
                R result;
                TaskObservation observation;
                try (TaskScope scope = attempted) {
                    scope.checkCancelled();
                    result = body.run(partition, scope);
                    observation = scope.observation();
                } finally {
                    job.forgetInterrupt();
                }
                R kept = body.won(partition, result); // only now: closing the scope may fail the attempt
                won = true;
                job.observed(observation);
                synchronized (results) {
                    results.set(partition - from, kept);
                }
            } catch (Exception e) {
                if (job.isCancelled()) {
                    throw e instanceof CancelledException ? e : new CancelledException("cancelled: " + e);
                }
                int failures = attempt.number() + 1;
                if (!retries.allows(failures, e)) {
                    throw new MillraceException(
                            "task " + partition + " of " + operator + " failed "
                                    + (failures == 1 ? "once: " : failures + " times, the last time: ")
                                    + Causes.text(e),
                            e);
                }
                queue.putBack(attempt, retries.delay(partition, failures));
            } catch (OutOfMemoryError e) {
                throw new MillraceException(
                        "task " + partition + " of " + operator + " failed once: " + Causes.text(e), e);
            } finally {
                attempted.ended(won);
            }
        }

        /** Waits for the helpers even when the caller is interrupted: their tasks must not outlive the stage. */
        void await(CountDownLatch done) {
            boolean interrupted = false;
            while (true) {
                try {
                    done.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                    job.cancel();
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @SuppressWarnings("NullAway") // complete: every task has set its result
        List<R> results() throws Exception {
            Throwable failed = failure.get();
            if (failed instanceof Exception e) {
                throw e;
            }
            if (failed instanceof Error e) {
                throw e;
            }
            synchronized (results) {
                return results;
            }
        }
    }
}
