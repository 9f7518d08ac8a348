/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.MillraceContext;
import dev.millrace.error.CancelledException;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.spi.Clock;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContextState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The life of one streaming context: CREATED, then ACTIVE in real time (with a driver loop) or in virtual time (on the
 * caller's thread), then STOPPED for good. Methods may be called from any thread.
 */
public final class Driver {
    private final MillraceContext context;
    private final boolean ownsContext;
    private final StreamGraph graph;
    private final Settings settings;
    private final Listeners listeners = new Listeners();
    private final Clock clock;

    private StreamingContextState state = StreamingContextState.CREATED;
    private @Nullable Line line;
    private @Nullable DriverLoop loop;
    private @Nullable BatchTime lastTime;
    private @Nullable RuntimeException failure;
    private boolean contextClosed;

    public Driver(MillraceContext context, boolean ownsContext, StreamGraph graph, Settings settings, Clock clock) {
        this.context = context;
        this.ownsContext = ownsContext;
        this.graph = graph;
        this.settings = settings;
        this.clock = clock;
    }

    public StreamGraph graph() {
        return graph;
    }

    /** Whether the engine is this context's own, and stops with it. */
    public boolean ownsContext() {
        return ownsContext;
    }

    public Listeners listeners() {
        return listeners;
    }

    public synchronized StreamingContextState state() {
        DriverLoop running = loop;
        if (running != null && running.ended().isDone()) {
            state = StreamingContextState.STOPPED;
        }
        return state;
    }

    public synchronized @Nullable BatchTime lastBatchTime() {
        DriverLoop running = loop;
        return running != null && running.lastCompleted() != null ? running.lastCompleted() : lastTime;
    }

    /** Starts in real time. */
    public synchronized void start() {
        checkCreated("start()");
        long interval = graph.interval().toMillis();
        Line opened = open(BatchTimer.floor(clock, interval));
        BatchTime now = BatchTimer.floor(clock, interval);
        BatchTime last = lastTime != null && lastTime.isAfter(now) ? lastTime : now;
        DriverLoop started = new DriverLoop(opened, new BatchTimer(clock, interval, last), clock, listeners);
        loop = started;
        listeners.tell(listener -> listener.onStreamingStarted(last));
        started.start();
    }

    /** Runs {@code batches} batches in virtual time on this thread. */
    public synchronized void runBatches(int batches) {
        Line opened = openVirtual("runBatches()", new BatchTime(0));
        for (int i = 0; i < batches; i++) {
            BatchTime next = next(opened);
            guarded(() -> runNow(opened, opened.planner().plan(next)));
        }
    }

    /** Runs all that is there now, in batches of bounded size, on this thread. */
    public synchronized void runAvailable() {
        BatchTime now = BatchTimer.floor(clock, graph.interval().toMillis());
        Line opened = openVirtual("runAvailable()", now.minus(graph.interval()));
        boolean[] more = {true};
        while (more[0]) {
            BatchTime next = next(opened).isAfter(now) ? next(opened) : now;
            guarded(() -> {
                PlannedBatch batch = opened.planner().planUnlessEmpty(next);
                more[0] = batch != null;
                if (batch != null) {
                    runNow(opened, batch);
                }
            });
        }
    }

    private BatchTime next(Line opened) {
        return (lastTime == null ? opened.zero() : lastTime).plus(graph.interval());
    }

    private void runNow(Line opened, PlannedBatch batch) {
        listeners.tell(
                listener -> listener.onBatchSubmitted(new BatchProgress(batch, clock, new InputCounts()).info("")));
        opened.runner().run(batch);
        lastTime = batch.time();
    }

    private Line openVirtual(String operation, BatchTime zero) {
        if (state() == StreamingContextState.ACTIVE && loop == null && line != null) {
            return line;
        }
        checkCreated(operation);
        Line opened = open(zero);
        listeners.tell(listener -> listener.onStreamingStarted(opened.zero()));
        for (PlannedBatch batch : opened.again()) {
            BatchTime planned = lastTime;
            guarded(() -> runNow(opened, batch));
            lastTime = planned; // the newest that was planned, not the one that was run again
        }
        return opened;
    }

    private Line open(BatchTime zero) {
        try {
            Line opened = new Launch(context, graph, settings, clock, listeners).open(zero);
            line = opened;
            lastTime = opened.lastTime();
            state = StreamingContextState.ACTIVE;
            return opened;
        } catch (RuntimeException | Error e) {
            failedToStart();
            throw e;
        } catch (Exception e) {
            failedToStart();
            throw new dev.millrace.error.MillraceException("the context could not be started: " + e.getMessage(), e);
        }
    }

    private void failedToStart() {
        state = StreamingContextState.STOPPED;
        closeContext(ownsContext);
    }

    private void checkCreated(String operation) {
        StreamingContextState now = state();
        if (now == StreamingContextState.ACTIVE) {
            throw new IllegalStateException(operation + " on a context that is already started; start it once");
        }
        if (now == StreamingContextState.STOPPED) {
            throw new IllegalStateException(operation
                    + " on a context that is stopped; make a new StreamingContext, a stopped one is not reused");
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    /** In virtual time a failed batch ends the context, and the caller hears of it at once. */
    private void guarded(Work work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            failure = e;
            closeVirtual();
            throw e;
        } catch (Throwable e) {
            failure = new dev.millrace.error.MillraceException("a batch could not be planned: " + e.getMessage(), e);
            closeVirtual();
            throw failure;
        }
    }

    private void closeVirtual() {
        state = StreamingContextState.STOPPED;
        Line open = line;
        line = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException("the checkpoint could not be closed", e);
        } finally {
            closeContext(ownsContext);
        }
    }

    private void closeContext(boolean wanted) {
        if (wanted && !contextClosed) {
            contextClosed = true;
            context.stop();
        }
    }

    /** Stops; batches that are planned may run until the deadline. A second stop waits for the first. */
    public StopResult stop(Duration deadline, boolean stopContext) {
        DriverLoop running;
        synchronized (this) {
            running = loop;
            if (running == null) {
                if (state == StreamingContextState.ACTIVE) {
                    closeVirtual();
                }
                state = StreamingContextState.STOPPED;
                closeContext(stopContext);
                return StopResult.FINISHED;
            }
        }
        if (running.isOwnThread()) {
            throw new IllegalStateException("stop() was called on a thread that it would wait for; call it from another"
                    + " thread than those of outputs, transform functions and listeners");
        }
        running.requestStop(clock.nanos() + deadline.toNanos());
        StopResult result;
        try {
            result = await(running.ended());
        } catch (RuntimeException e) {
            result = StopResult.ROLLED_BACK; // the failure is awaitTermination's to throw
        }
        synchronized (this) {
            state = StreamingContextState.STOPPED;
            closeContext(stopContext);
        }
        return result;
    }

    /** Why the context stopped by itself, or null. */
    public synchronized @Nullable RuntimeException failure() {
        DriverLoop running = loop;
        if (running != null && running.ended().isCompletedExceptionally()) {
            try {
                await(running.ended());
            } catch (RuntimeException e) {
                return e;
            }
        }
        return failure;
    }

    /**
     * Waits until the context has stopped.
     *
     * @return false if the time was up before
     */
    public boolean awaitTermination(Duration atMost) throws InterruptedException {
        DriverLoop running;
        synchronized (this) {
            if (failure != null) {
                throw failure;
            }
            running = loop;
            if (running == null) {
                if (state == StreamingContextState.STOPPED) {
                    return true;
                }
                throw new IllegalStateException("awaitTermination() before start(); start the context first");
            }
        }
        try {
            running.ended().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw cause(e);
        }
    }

    private static <T> T await(CompletableFuture<T> future) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw cause(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException cause(ExecutionException e) {
        return e.getCause() instanceof RuntimeException cause ? cause : new CancelledException(String.valueOf(e));
    }
}
