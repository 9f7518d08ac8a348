/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.error.CancelledException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.errors.Causes;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.StopResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A program in virtual time: batches run one after the other on the thread that asks for them, one caller at a time. A
 * failed batch ends the run, and its caller hears of it at once.
 */
final class VirtualRun implements Run {
    private static final Duration LAST_WORDS = Duration.ofSeconds(1); // for listeners to hear what was told last

    private final Line line;
    private final Duration interval;
    private final Duration grace;
    private final ReentrantLock running = new ReentrantLock();
    private final CompletableFuture<StopResult> ended = new CompletableFuture<>();
    private volatile boolean stopAsked;
    private @Nullable BatchTime lastTime; // the newest that was planned
    private volatile @Nullable BatchTime lastCompleted;
    private final RunOutcome outcome = new RunOutcome();
    private volatile @Nullable Thread caller;
    private boolean receiving;

    /** @param grace how long a stop waits for user code that does not react to its interrupt */
    VirtualRun(Line line, Duration interval, Duration grace) {
        this.line = line;
        this.interval = interval;
        this.grace = grace;
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
                outcome.begun();
                line.runner().run(batch);
                outcome.completed();
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
        outcome.begun();
        line.runner().run(batch);
        outcome.completed();
        lastCompleted = batch.time();
    }

    private void guarded(Work work) {
        running.lock();
        caller = Thread.currentThread();
        boolean interrupted = Thread.interrupted(); // it is the caller's; those that come now are user code's
        try {
            if (!stopAsked) {
                work.run();
            }
        } catch (CancelledException e) {
            outcome.leftInput(); // another thread stops the context, and hears of it
        } catch (Throwable e) {
            if (!outcome.isAbandoned()) {
                throw failed(e);
            }
            Abandonment.failed(e);
        } finally {
            caller = null;
            if (outcome.isAbandoned()) {
                Abandonment.close(line);
            }
            line.audience().listeners().awaitHeard();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            running.unlock();
        }
    }

    /** Ends the run, and returns what the caller of the batches hears. */
    private RuntimeException failed(Throwable e) {
        RuntimeException failure = e instanceof RuntimeException known
                ? known
                : new MillraceException("a batch could not be planned: " + Causes.text(e), e);
        end(failure);
        return failure;
    }

    @Override
    public void requestStop(Duration deadline) {
        stopAsked = true;
        boolean free = isFreeWithin(deadline);
        boolean interrupted = Thread.interrupted(); // which ends the wait for the deadline
        if (!free) {
            line.runner().cancel();
            line.audience().listeners().hurry();
            free = isFreeWithin(grace);
        }
        if (free) {
            try {
                end(null);
            } finally {
                running.unlock();
            }
        } else {
            abandon();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether no batch runs, and none can begin, within that time; an interrupt ends the wait, and is kept. */
    private boolean isFreeWithin(Duration atMost) {
        try {
            return running.tryLock(StopTime.bounded(atMost).toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public boolean mayBeAbandoned() {
        return false; // the request for a stop does it
    }

    @Override
    public void abandon() {
        if (outcome.abandon()) {
            Thread stuck = caller;
            StopResult result = Abandonment.of(line, outcome, stuck == null ? List.of() : List.of(stuck));
            line.audience().listeners().end(Duration.ZERO);
            ended.complete(result);
        }
    }

    @Override
    public StopResult resultOfFailure() {
        return line.runner().hasFailedDecided() ? StopResult.DECIDED : StopResult.ROLLED_BACK;
    }

    @Override
    public boolean isAbandoned() {
        return outcome.isAbandoned();
    }

    @Override
    public boolean isExiting() {
        return false; // in virtual time no hook is installed
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
        line.audience().listeners().end(LAST_WORDS);
        line.audience().log().ended(problem, outcome.result(false));
        if (problem != null) {
            ended.completeExceptionally(problem);
        } else {
            ended.complete(outcome.result(false));
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
