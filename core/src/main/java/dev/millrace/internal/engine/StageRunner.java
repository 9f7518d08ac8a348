/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.error.CancelledException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.lineage.TaskObservation;
import dev.millrace.internal.logging.Trace;
import dev.millrace.internal.memory.SpillRefused;
import dev.millrace.internal.operators.TaskPlace;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.spi.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs the tasks of one stage, once. The calling thread takes tasks one by one. Threads of the compute pool help it, from the start
 * if the stage may be large, else only once the first task has shown that it is worth waking a thread. A task that fails is
 * tried again after a while, in which its thread runs others; when attempts run out the stage fails, after the tasks that still
 * run have ended.
 */
final class StageRunner<R> {
    private static final long SMALL_RECORDS = 4096;
    private static final long WAITS_FOR_ROOM_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long WORTH_A_WAKE_UP_NANOS = 200_000;

    private final Job job;
    private final Stage<R> stage;
    private final RetryPolicy retries;
    private final Winners<R> winners;
    private final TaskQueue queue;
    private final int number;
    private final Map<Integer, Integer> waited = new ConcurrentHashMap<>(); // failures that do not count, by partition
    private final long began = System.nanoTime();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** Takes what the winning attempts gave, once a partition, one at a time, whichever comes first. */
    interface Winners<R> {
        void take(int partition, R result);
    }

    StageRunner(Job job, Stage<R> stage, RetryPolicy retries, Winners<R> winners) {
        this.job = job;
        this.stage = stage;
        this.retries = retries;
        this.winners = winners;
        number = job.numbers.stages().getAndIncrement();
        queue = new TaskQueue(stage.from(), stage.until(), Clock.SYSTEM);
    }

    /**
     * Returns when all tasks have won.
     *
     * @param records how many its tasks read
     */
    void run(ComputePool pool, long records) throws Exception {
        int tasks = stage.until() - stage.from();
        int helpers = Math.min(pool.size(), tasks - 1);
        if (records <= SMALL_RECORDS && helpers > 0) {
            long start = System.nanoTime();
            runNext();
            if (System.nanoTime() - start < WORTH_A_WAKE_UP_NANOS) {
                helpers = 0;
            }
        }
        if (helpers > 0) {
            runWithHelp(pool, helpers);
        } else {
            runAll();
        }
        Throwable failed = failure.get();
        if (failed instanceof Exception e) {
            throw e;
        }
        if (failed instanceof Error e) {
            throw e;
        }
        Trace.step(
                Trace.Phase.COMPUTE,
                job.label.batch(),
                () -> stage.operator().name() + ": " + tasks + " tasks have run");
    }

    private void runWithHelp(ComputePool pool, int helpers) {
        CountDownLatch done = new CountDownLatch(helpers);
        for (int i = 0; i < helpers; i++) {
            pool.execute(() -> {
                try {
                    runAll();
                } finally {
                    done.countDown();
                }
            });
        }
        runAll();
        await(done);
    }

    private void runAll() {
        while (runNext()) {
            // the next task
        }
    }

    private boolean runNext() {
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
        TaskPlace place = new TaskPlace(
                job.label,
                number,
                0,
                partition,
                stage::partitions,
                attempt.number(),
                job.numbers.tasks().getAndIncrement(),
                key -> job.begun.properties().get(key));
        TaskScope attempted = TaskScope.open(place, job::isCancelled, job::asideBlocks, job::space);
        boolean won = false;
        try {
            R result;
            TaskObservation observation;
            try (TaskScope scope = attempted) {
                try {
                    scope.checkCancelled();
                    result = stage.body().run(partition, scope);
                } catch (Throwable e) {
                    scope.failed(e);
                    throw e;
                }
                observation = scope.observation();
            } finally {
                job.forgetInterrupt();
            }
            synchronized (winners) {
                winners.take(partition, result); // only now: closing the scope may fail the attempt
            }
            won = true;
            job.observed(observation);
        } catch (Exception e) {
            if (job.isCancelled()) {
                throw e instanceof CancelledException ? e : new CancelledException("cancelled: " + e);
            }
            if (mayWaitForRoom(e)) {
                waited.merge(partition, 1, Integer::sum);
                queue.putBack(attempt, retries.delay(partition, attempt.number() + 1));
                return;
            }
            int failures = attempt.number() + 1 - waited.getOrDefault(partition, 0);
            if (!retries.allows(failures, e)) {
                throw new MillraceException(
                        "task " + partition + " of " + stage.operator() + " failed "
                                + (failures == 1 ? "once: " : failures + " times, the last time: ")
                                + Causes.text(e),
                        e);
            }
            queue.putBack(attempt, retries.delay(partition, failures));
        } catch (OutOfMemoryError e) {
            throw new MillraceException(
                    "task " + partition + " of " + stage.operator() + " failed once: " + Causes.text(e), e);
        } finally {
            attempted.ended(won);
        }
    }

    /** The disk may take later what it refuses now, so such failures do not count for a while. */
    private boolean mayWaitForRoom(Exception error) {
        return retries.waits()
                && System.nanoTime() - began < WAITS_FOR_ROOM_NANOS
                && Causes.of(error).stream().anyMatch(SpillRefused.class::isInstance);
    }

    /**
     * Waits for the helpers even when the caller is interrupted: their tasks must not outlive the stage. Inside a batch an interrupt
     * alone cancels nothing, because a cancel of the batch also marks the job; outside batches it ends the action.
     */
    private void await(CountDownLatch done) {
        boolean interrupted = false;
        while (true) {
            try {
                done.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                if (job.label.batch() == null) {
                    job.cancel();
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
