/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.error.BatchFailedException;
import dev.millrace.error.CancelledException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.errors.Causes;
import dev.millrace.spi.Clock;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.StopResult;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that owns the state of a running context: it ticks, plans, hands batches to the batch thread and hears
 * how they ended. Engine work never runs here, so a slow batch delays no tick and no stop.
 */
final class DriverLoop implements Run, DriverEvent.Handler {
    private static final long FOREVER = Long.MAX_VALUE;
    private static final int MOST_UNDER_WAY = 100; // ticks wait then, and are made up for
    private static final Duration GRACE = Duration.ofSeconds(1); // for listeners to hear what was told last
    private static final Duration MOST_GRACE = Duration.ofSeconds(10);

    private static final long MEMORY_NANOS = 10_000_000;

    private final MillraceException noMemory = new MillraceException(
            "the process is out of memory, and there was none left to tell where that showed; raise -Xmx");
    private final DriverEvent failedWithoutMemory = new DriverEvent.BatchFailed(noMemory);
    private final Line line;
    private final BatchTimer timer;
    private final Clock clock;
    private final BlockingQueue<DriverEvent> events;
    private final CompletableFuture<StopResult> ended = new CompletableFuture<>();
    private final Threads threads;
    private final ExecutorService batchThread;
    private final Set<Thread> own = ConcurrentHashMap.newKeySet();

    // owned by the loop
    private boolean draining; // receivers are ending; batches go on
    private volatile boolean stopping; // no batch is planned any more; others read it
    private boolean late; // the deadline of a stop has passed
    private long deadlineNanos = FOREVER;

    private final RunOutcome outcome = new RunOutcome();

    // read by any thread
    private volatile @Nullable BatchTime lastCompleted;
    private volatile boolean dropQueued;

    DriverLoop(Line line, BatchTimer timer, Clock clock, Threads threads) {
        this.line = line;
        this.timer = timer;
        this.clock = clock;
        this.threads = threads;
        events = threads.queue();
        lastCompleted = line.lastDecided();
        batchThread = threads.pool(1, work -> own("millrace-batch", work));
    }

    private Thread own(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true); // user code may hold it for ever
        own.add(thread);
        return thread;
    }

    void start() {
        start(this::run, work -> own("millrace-driver", work));
    }

    private void start(Runnable work, ThreadFactory factory) {
        ExecutorService thread = threads.pool(1, factory);
        thread.execute(work);
        thread.shutdown(); // when that is done
    }

    @Override
    public CompletableFuture<StopResult> ended() {
        return ended;
    }

    @Override
    public void requestStop(Duration deadline) {
        events.add(new DriverEvent.StopRequested(
                clock.nanos() + StopTime.bounded(deadline).toNanos()));
    }

    @Override
    public boolean isOwnThread() {
        Thread current = Thread.currentThread();
        return own.contains(current) || line.pool().owns(current);
    }

    @Override
    public @Nullable BatchTime lastCompleted() {
        return lastCompleted;
    }

    private void run() {
        try {
            line.startInputs(); // here, so that a failure ends the run like any other
            line.again().forEach(this::submit);
            while (!(stopping && outcome.underWay() == 0)) {
                DriverEvent event = nextEvent();
                if (event != null) {
                    event.dispatch(this);
                } else if (nanosUntilDeadline() <= 0) {
                    rollBack();
                } else if (timer.nanosUntilNext() <= 0) {
                    tick();
                }
            }
        } catch (Throwable e) {
            failed(e);
        }
        endAtLast();
    }

    private void failed(Throwable e) {
        try {
            outcome.failed(e instanceof RuntimeException known ? known : new IllegalStateException(e));
        } catch (OutOfMemoryError again) {
            outcome.failed(noMemory);
        }
    }

    /** Also when there is too little memory for that at first: somebody waits for the end. */
    private void endAtLast() {
        for (boolean over = false; !over; ) {
            try {
                end();
                over = true;
            } catch (OutOfMemoryError e) {
                outcome.failed(noMemory);
                awaitMemory();
            }
        }
    }

    private static void awaitMemory() {
        LockSupport.parkNanos(MEMORY_NANOS);
    }

    /** Null if none came before something else is due. */
    private @Nullable DriverEvent nextEvent() {
        while (true) {
            long wait = nanosToWait();
            try {
                return wait == FOREVER ? events.take() : events.poll(wait, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                // a source or a filter has left it, or has handed this thread to somebody; nobody of ours interrupts it
            }
        }
    }

    private long nanosToWait() {
        boolean ticks = !stopping && outcome.underWay() < MOST_UNDER_WAY;
        return ticks ? Math.min(nanosUntilDeadline(), timer.nanosUntilNext()) : nanosUntilDeadline();
    }

    private long nanosUntilDeadline() {
        return deadlineNanos == FOREVER ? FOREVER : deadlineNanos - clock.nanos(); // which may be negative
    }

    private void tick() {
        BatchTime time = timer.tick();
        try {
            submitTold(line.planner().plan(time));
        } catch (Throwable e) { // an error too: nobody would ever hear that this thread is gone
            notPlanned(time, e);
        }
    }

    /** Plans the last batches, for what came in until the receivers had ended; waits for nothing. */
    private void lastTicks() {
        do {
            lastTick();
        } while (outcome.failure() == null && line.planner().hasBacklog());
    }

    private void lastTick() {
        BatchTime time = timer.tick();
        try {
            PlannedBatch batch = line.planner().planUnlessEmpty(time);
            if (batch != null) {
                submitTold(batch);
            }
        } catch (Throwable e) {
            notPlanned(time, e);
        }
    }

    private void notPlanned(BatchTime time, Throwable e) {
        endWith(new BatchFailedException(time.milliseconds(), "its input could not be planned: " + Causes.text(e), e));
    }

    private void submitTold(PlannedBatch batch) {
        line.audience().submitted(batch);
        submit(batch);
    }

    private void submit(PlannedBatch batch) {
        outcome.begun();
        batchThread.execute(() -> runAndTell(batch));
    }

    /** Runs on the batch thread. The loop hears of each batch, also when there is too little memory to say how it ended. */
    private void runAndTell(PlannedBatch batch) {
        DriverEvent event = failedWithoutMemory;
        try {
            event = outcome(batch);
        } catch (OutOfMemoryError e) {
            dropQueued = true;
        }
        for (boolean told = false; !told; ) {
            try {
                told = events.add(event);
            } catch (OutOfMemoryError e) {
                awaitMemory();
            }
        }
    }

    /** Runs on the batch thread. */
    private DriverEvent outcome(PlannedBatch batch) {
        if (dropQueued) {
            return new DriverEvent.BatchRolledBack(batch.time());
        }
        try {
            line.runner().run(batch);
            lastCompleted = batch.time();
            return new DriverEvent.BatchDone(batch.time());
        } catch (CancelledException e) {
            return new DriverEvent.BatchRolledBack(batch.time());
        } catch (Throwable e) {
            dropQueued = true; // batches commit in order: none may pass the one that failed
            return new DriverEvent.BatchFailed(
                    e instanceof RuntimeException known
                            ? known
                            : new BatchFailedException(batch.time().milliseconds(), String.valueOf(e), e));
        }
    }

    @Override
    public void batchDone(DriverEvent.BatchDone event) {
        outcome.completed();
    }

    @Override
    public void batchRolledBack(DriverEvent.BatchRolledBack event) {
        outcome.rolledBack();
    }

    @Override
    public void batchFailed(DriverEvent.BatchFailed event) {
        outcome.completed();
        endWith(event.failure());
    }

    private void endWith(RuntimeException cause) {
        outcome.failed(cause);
        RuntimeException failure = outcome.failure();
        if (failure != null) {
            line.audience().log().failed(failure);
        }
        stopping = true;
        dropQueued = true;
    }

    @Override
    public void stopRequested(DriverEvent.StopRequested event) {
        deadlineNanos = Math.min(deadlineNanos, event.deadlineNanos());
        if (!line.receives() || deadlineNanos - clock.nanos() <= 0) {
            stopping = true;
        } else if (!draining && !stopping) {
            draining = true;
            start(this::stopInputs, work -> own("millrace-stop", work));
        }
    }

    private void stopInputs() {
        line.stopInputs();
        events.add(new DriverEvent.InputsStopped());
    }

    @Override
    public void inputsStopped(DriverEvent.InputsStopped event) {
        draining = false;
        if (!stopping) {
            lastTicks();
            stopping = true;
        }
    }

    private void rollBack() {
        if (draining) {
            outcome.leftInput();
        }
        stopping = true;
        dropQueued = true;
        late = true;
        deadlineNanos = FOREVER;
        line.runner().cancel();
    }

    private void end() {
        batchThread.shutdown();
        Thread.interrupted(); // what a source has left is not to reach those that close
        close(line);
        close(() -> line.audience().listeners().end(grace()));
        if (outcome.isAbandoned()) {
            return; // who has abandoned it tells its end
        }
        RuntimeException failure = outcome.failure();
        StopResult result = outcome.result(false);
        line.audience().log().ended(failure, result);
        end(failure, result);
    }

    @Override
    public boolean mayBeAbandoned() {
        return threads.isRealTime();
    }

    @Override
    public void abandon() {
        if (outcome.abandon()) {
            dropQueued = true;
            if (line.receives() && !stopping) {
                outcome.leftInput(); // it was stuck before it could take what they have stored
            }
            try {
                StopResult result = Abandonment.of(line, outcome, own);
                line.audience().listeners().end(Duration.ZERO);
                end(outcome.failure(), result);
            } catch (Throwable e) { // nobody else ends what is abandoned
                ended.completeExceptionally(e);
                throw e;
            }
        }
    }

    private void end(@Nullable RuntimeException failure, StopResult result) {
        if (failure != null) {
            ended.completeExceptionally(failure);
        } else {
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
        return Stream.of(own, line.pool().threads(), line.runner().threads())
                .flatMap(Set::stream)
                .anyMatch(StackText::isInExit);
    }

    private void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Throwable e) { // an error too: somebody waits for the end
            outcome.failed(new MillraceException("the context could not be closed: " + Causes.text(e), e));
        }
    }

    /** The time that listeners have to hear the rest: until the deadline, if that is neither too soon nor too far. */
    private Duration grace() {
        if (late) {
            return GRACE;
        }
        Duration left = Duration.ofNanos(nanosUntilDeadline());
        return left.compareTo(GRACE) < 0 ? GRACE : left.compareTo(MOST_GRACE) > 0 ? MOST_GRACE : left;
    }
}
