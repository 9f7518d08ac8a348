/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.error.CancelledException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.errors.Causes;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.StopResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A program in virtual time: batches run one after the other on the thread that asks for them, one caller at a time. A
 * failed batch ends the run, and its caller hears of it at once.
 */
final class VirtualRun implements Run {
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Duration GRACE = Duration.ofSeconds(1); // for listeners to hear what was told last

    private final Line line;
    private final Duration interval;
    private final ReentrantLock running = new ReentrantLock();
    private final CompletableFuture<StopResult> ended = new CompletableFuture<>();
    private volatile boolean stopAsked;
    private @Nullable BatchTime lastTime; // the newest that was planned
    private volatile @Nullable BatchTime lastCompleted;
    private boolean rolledBack;
    private boolean receiving;

    VirtualRun(Line line, Duration interval) {
        this.line = line;
        this.interval = interval;
        lastTime = line.lastTime();
        lastCompleted = line.lastDecided();
    }

    private interface Work {
        void run() throws Exception;
    }

    /** What an earlier run had planned and not decided comes first. */
    void runAgain() {
        guarded(() -> {
            for (PlannedBatch batch : line.again()) {
                line.runner().run(batch);
                lastCompleted = batch.time();
            }
        });
    }

    void runBatches(int batches) {
        guarded(() -> {
            startInputs();
            for (int i = 0; i < batches && !stopAsked; i++) {
                run(line.planner().plan(next()));
            }
        });
    }

    /** Receivers run from the first batch of virtual time on. */
    private void startInputs() {
        if (!receiving) {
            receiving = true;
            line.startInputs();
        }
    }

    /**
     * Of receivers it takes what earlier runs have logged, and starts none: nobody can say what is there.
     *
     * @param notBefore the time of the first batch, unless later ones were used already
     */
    void runAvailable(BatchTime notBefore) {
        guarded(() -> {
            boolean more = true;
            while (more && !stopAsked) {
                BatchTime next = next().isAfter(notBefore) ? next() : notBefore;
                PlannedBatch batch = line.planner().planUnlessEmpty(next);
                more = batch != null;
                if (batch != null) {
                    run(batch);
                }
            }
        });
    }

    private BatchTime next() {
        BatchTime last = lastTime;
        return (last == null ? line.zero() : last).plus(interval);
    }

    private void run(PlannedBatch batch) {
        line.audience().submitted(batch);
        lastTime = batch.time();
        line.runner().run(batch);
        lastCompleted = batch.time();
    }

    private void guarded(Work work) {
        running.lock();
        boolean interrupted = Thread.interrupted(); // it is the caller's; those that come now are user code's
        try {
            work.run();
        } catch (CancelledException e) {
            rolledBack = true; // another thread stops the context, and hears of it
        } catch (RuntimeException e) {
            end(e);
            throw e;
        } catch (Throwable e) {
            MillraceException failure = new MillraceException("a batch could not be planned: " + Causes.text(e), e);
            end(failure);
            throw failure;
        } finally {
            line.audience().listeners().awaitHeard();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            running.unlock();
        }
    }

    @Override
    public void requestStop(Duration deadline) {
        stopAsked = true;
        boolean interrupted = false;
        try {
            if (!running.tryLock(
                    (deadline.compareTo(LONGEST) < 0 ? deadline : LONGEST).toMillis(), TimeUnit.MILLISECONDS)) {
                endNow();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            endNow();
        }
        try {
            end(null);
        } finally {
            running.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void endNow() {
        line.runner().cancel();
        line.audience().listeners().hurry();
        running.lock();
    }

    private void end(@Nullable RuntimeException failure) {
        if (ended.isDone()) {
            return;
        }
        RuntimeException problem = failure;
        try {
            line.close();
        } catch (Throwable e) { // an error too: somebody waits for the end
            problem = problem != null
                    ? problem
                    : new MillraceException("the context could not be closed: " + Causes.text(e), e);
        }
        line.audience().listeners().end(GRACE);
        line.audience().log().ended(problem, rolledBack ? StopResult.ROLLED_BACK : StopResult.FINISHED);
        if (problem != null) {
            ended.completeExceptionally(problem);
        } else {
            ended.complete(rolledBack ? StopResult.ROLLED_BACK : StopResult.FINISHED);
        }
    }

    @Override
    public CompletableFuture<StopResult> ended() {
        return ended;
    }

    @Override
    public boolean isOwnThread() {
        return running.isHeldByCurrentThread() || line.pool().owns(Thread.currentThread());
    }

    @Override
    public @Nullable BatchTime lastCompleted() {
        return lastCompleted;
    }
}
