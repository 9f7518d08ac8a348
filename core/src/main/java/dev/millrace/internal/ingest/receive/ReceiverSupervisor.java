/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.ingest.receive;

import dev.millrace.error.CancelledException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.access.Handles;
import dev.millrace.internal.conf.Options;
import dev.millrace.streaming.event.ReceiverInfo;
import dev.millrace.streaming.receiver.Receiver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Starts one receiver, restarts it when it asks or fails, and stops it. Its control thread calls onStart and onStop, one
 * after the other; a thread of its own calls run. Listeners hear of each.
 *
 * <pre>
 * WAITING --start--> RUNNING --restart--> WAITING ...
 * any --stop--> STOPPED
 * </pre>
 */
final class ReceiverSupervisor<T> {
    private static final long MOST_SECONDS_TO_END = 10;

    private enum State {
        WAITING,
        RUNNING,
        STOPPED
    }

    private final Receiver<T> receiver;
    private final ReceivedStream<T> stream;
    private final Reception reception;
    private final String name;
    private final int id;
    private final ScheduledThreadPoolExecutor control;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile State state = State.WAITING;
    private volatile @Nullable Thread running; // written by the control thread
    private ReceiverInfo info;

    ReceiverSupervisor(Receiver<T> receiver, ReceivedStream<T> stream, Reception reception, String name, int id) {
        this.receiver = receiver;
        this.stream = stream;
        this.reception = reception;
        this.name = name;
        this.id = id;
        info = new ReceiverInfo(id, name, false, "", "", -1);
        control = new ScheduledThreadPoolExecutor(1, work -> thread("millrace-receiver-" + name, work));
        control.setExecuteExistingDelayedTasksAfterShutdownPolicy(false); // a restart that comes after the stop
    }

    private static Thread thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    boolean isStarted() {
        return state == State.RUNNING;
    }

    boolean isStopped() {
        return state == State.STOPPED;
    }

    void start() {
        control.execute(this::begin);
    }

    private void begin() {
        if (!enter(State.WAITING, State.RUNNING)) {
            return;
        }
        ReceiverInfo started = told(true, "", null);
        reception.tell(listener -> listener.onReceiverStarted(started));
        try {
            receiver.onStart();
        } catch (Throwable e) {
            restart("onStart() failed", e, null);
            return;
        }
        Thread thread = thread("millrace-receiver-" + name + "-run", this::run);
        running = thread;
        thread.start();
    }

    private void run() {
        try {
            if (Handles.receivers().run(receiver) && isCurrent()) {
                stop("run() has returned", null);
            }
        } catch (Throwable e) {
            if (isCurrent()) {
                restart("run() failed", e, null);
            }
        }
    }

    /** Whether this is the thread of a receiver that runs, and has not asked for a restart or been left behind. */
    private boolean isCurrent() {
        return state == State.RUNNING && running == Thread.currentThread();
    }

    void reportError(String message, @Nullable Throwable error) {
        ReceiverInfo told = told(state == State.RUNNING, message, error);
        reception.tell(listener -> listener.onReceiverError(told));
    }

    void restart(String message, @Nullable Throwable error, @Nullable Duration delay) {
        if (enter(State.RUNNING, State.WAITING)) {
            reportError("restarts: " + message, error);
            reception.gate().wake();
            Duration wait = delay != null ? delay : reception.settings().get(Options.RECEIVER_RESTART_DELAY);
            execute(() -> {
                end();
                awaitDurable(); // onStart may ask for the last durable position
                control.schedule(this::begin, wait.toNanos(), TimeUnit.NANOSECONDS);
            });
        }
    }

    void stop(String message, @Nullable Throwable error) {
        if (leave()) {
            ReceiverInfo told = told(false, message, error);
            reception.gate().wake();
            execute(() -> {
                try {
                    end();
                    stream.seal();
                    reception.tell(listener -> listener.onReceiverStopped(told));
                } finally {
                    control.shutdown();
                    ended.complete(null);
                }
            });
        }
    }

    /** The control thread's queue is closed once the receiver has stopped; nothing more is wanted then. */
    private void execute(Runnable work) {
        if (!control.isShutdown()) {
            control.execute(work);
        }
    }

    /** Returns when a receiver that was told to stop has stopped, or has not for too long. */
    void awaitStopped() {
        try {
            ended.get(MOST_SECONDS_TO_END + 1, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            log("does not stop: its onStop() hangs; it is left behind");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        try {
            receiver.onStop();
        } catch (Throwable e) {
            reportError("onStop() failed", e);
        }
        Thread thread = running;
        running = null;
        if (thread != null && thread != Thread.currentThread()) {
            thread.interrupt();
            try {
                thread.join(TimeUnit.SECONDS.toMillis(MOST_SECONDS_TO_END));
                if (thread.isAlive()) {
                    log("does not react to the interrupt of its run(); its thread is left behind");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void awaitDurable() {
        try {
            stream.seal().join();
        } catch (RuntimeException e) {
            // the stream keeps the failure, and the next batch tells it
        }
    }

    private void log(String what) {
        System.getLogger(ReceiverSupervisor.class.getName())
                .log(System.Logger.Level.WARNING, "receiver {0} {1}", name, what);
    }

    private synchronized boolean enter(State from, State to) {
        boolean wanted = state == from;
        state = wanted ? to : state;
        return wanted;
    }

    private synchronized boolean leave() {
        boolean first = state != State.STOPPED;
        state = State.STOPPED;
        return first;
    }

    private synchronized ReceiverInfo told(boolean active, String message, @Nullable Throwable error) {
        boolean problem = error != null || message.startsWith("restarts");
        info = new ReceiverInfo(
                id,
                name,
                active,
                message.isEmpty() ? info.lastErrorMessage() : message,
                error == null ? info.lastError() : error.toString(),
                problem ? reception.clock().wallMillis() : info.lastErrorTime());
        return info;
    }

    /** What a store waits for; ends the wait with an error when the receiver is not running any more. */
    void awaitRoom(RateLimiter limiter, int records) {
        try {
            limiter.acquire(records, this::isNotRunning);
            reception.gate().await(this::isNotRunning);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException(
                    "receiver " + name + " was interrupted while it waited for room; the record is not stored");
        }
        if (isNotRunning()) {
            throw new CancelledException("receiver " + name + " is stopped; the record is not stored");
        }
    }

    private boolean isNotRunning() {
        return state != State.RUNNING;
    }

    void awaitStored(CompletableFuture<Void> stored) {
        try {
            stored.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException(
                    "receiver " + name
                            + " was interrupted while it waited for its block to become durable; the block may be stored or not");
        } catch (ExecutionException e) {
            throw new MillraceException("receiver " + name + " could not store a block: " + e.getCause(), e.getCause());
        }
    }
}
