/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.internal.conf.Options;
import dev.millrace.internal.owner.HostName;
import dev.millrace.streaming.event.ReceiverInfo;
import dev.millrace.streaming.receiver.Receiver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Starts one receiver, restarts it when it asks or fails, and stops it; it may store until onStop has returned. Its control
 * thread calls onStart and onStop, one after the other; a thread of its own calls run. Listeners hear of each.
 *
 * <pre>
 * WAITING --start--> RUNNING --restart--> WAITING ...
 * any --stop--> STOPPED
 * </pre>
 */
final class ReceiverSupervisor<T> {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long NANOS_TO_END = 10 * SECOND;

    private enum State {
        WAITING,
        RUNNING,
        STOPPED
    }

    private final Receiver<T> receiver;
    private final ReceivedStream<T> stream;
    private final Admission admission;
    private final Reception reception;
    private final String name;
    private final int id;
    private final ReceiverThreads threads;
    private final ScheduledExecutorService control;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private boolean begun; // control thread only: onStart was called, and onStop was not yet

    // guarded by this; the state is also read without
    private volatile State state = State.WAITING;
    private @Nullable Thread running;
    private long stoppedNanos;
    private ReceiverInfo info;

    ReceiverSupervisor(
            Receiver<T> receiver,
            ReceivedStream<T> stream,
            Admission admission,
            Reception reception,
            String name,
            int id,
            ReceiverThreads threads) {
        this.threads = threads;
        this.receiver = receiver;
        this.stream = stream;
        this.admission = admission;
        this.reception = reception;
        this.name = name;
        this.id = id;
        info = new ReceiverInfo(id, name, false, HostName.get(), "", "", -1);
        // nothing more is wanted once the receiver has stopped, nor a restart that comes after that
        control = reception.threads().timer(work -> threads.make("", work));
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
        if (!enter(State.WAITING, State.RUNNING, null)) {
            return;
        }
        ReceiverInfo started = told("", null, false);
        reception.tell(listener -> listener.onReceiverStarted(started));
        begun = true;
        try {
            receiver.onStart();
        } catch (Throwable e) {
            restart("onStart() failed", e, null);
            return;
        }
        Thread thread = threads.make("-run", this::run);
        synchronized (this) {
            if (state != State.RUNNING) {
                return; // it has asked for a restart or a stop meanwhile
            }
            running = thread;
        }
        thread.start();
    }

    private void run() {
        Thread self = Thread.currentThread();
        try {
            if (ReceiverAccess.receivers().run(receiver)) {
                stop("run() has returned", null, self, false);
            }
        } catch (Throwable e) {
            restart("run() failed", e, null, self);
        }
    }

    void reportError(String message, @Nullable Throwable error) {
        reception.problems().problem(name, message, error);
        ReceiverInfo told = told(message, error, true);
        reception.tell(listener -> listener.onReceiverError(told));
    }

    void restart(String message, @Nullable Throwable error, @Nullable Duration delay) {
        restart(message, error, delay, null);
    }

    private void restart(
            String message, @Nullable Throwable error, @Nullable Duration delay, @Nullable Thread onlyWhileItRuns) {
        if (enter(State.RUNNING, State.WAITING, onlyWhileItRuns)) {
            reportError("restarts: " + message, error);
            Duration wait = delay != null ? delay : reception.settings().get(Options.RECEIVER_RESTART_DELAY);
            control.execute(() -> {
                end();
                awaitDurable(); // onStart may ask for the last durable position
                control.schedule(this::begin, wait.toNanos(), TimeUnit.NANOSECONDS);
            });
        }
    }

    void stopWithProgram() {
        stop("the program stops", null, null, true);
    }

    void stop(String message, @Nullable Throwable error) {
        stop(message, error, null, false);
    }

    private void stop(
            String message, @Nullable Throwable error, @Nullable Thread onlyWhileItRuns, boolean withProgram) {
        if (leave(onlyWhileItRuns)) {
            if (!withProgram) {
                reception
                        .problems()
                        .problem(name, "has stopped for good, and the program goes on without it: " + message, error);
            }
            ReceiverInfo told = told(message, error, error != null);
            control.execute(() -> {
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

    /** Returns when a receiver that was told to stop has stopped, or was left behind. */
    void awaitStopped() {
        if (!awaitEnded(nanosLeft() + SECOND)) { // after a deadline it was left behind by then
            log("does not stop: its onStop() or run() has not ended; the stop waits for it until its deadline");
            awaitEnded(Long.MAX_VALUE);
        }
    }

    /** Returns when it has stopped, or has not for too long; then it can store no more. */
    void awaitStoppedOrLeave() {
        if (!awaitEnded(Math.max(SECOND, nanosLeft()))) {
            log("does not stop: its onStop() or run() does not end; it is left behind");
            admission.close();
            ended.complete(null);
        }
    }

    private synchronized long nanosLeft() {
        return Math.max(0, NANOS_TO_END + SECOND - (System.nanoTime() - stoppedNanos));
    }

    /** An interrupt is kept for later: ending the wait by it would let the receiver store into what is closed. */
    private boolean awaitEnded(long nanos) {
        long since = System.nanoTime();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return reception.threads().await(ended, Math.max(0, nanos - (System.nanoTime() - since)));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Ends a life of the receiver, which may store until its onStop has returned. The next must not begin while the run() of
     * this one goes on.
     */
    private void end() {
        if (begun) {
            begun = false;
            try {
                receiver.onStop();
            } catch (Throwable e) {
                reportError("onStop() failed", e);
            }
            Thread.interrupted(); // it may have left that, and this waits for run() now
        }
        admission.close();
        Thread thread = runEnds();
        if (thread == null) {
            return;
        }
        long since = System.nanoTime();
        boolean late = false;
        while (thread.isAlive() && (state == State.WAITING || !late)) {
            thread.interrupt();
            try {
                thread.join(1000);
            } catch (InterruptedException e) {
                return; // only a process that ends interrupts this thread
            }
            boolean lateBefore = late;
            late = System.nanoTime() - since > NANOS_TO_END;
            if (late && !lateBefore && thread.isAlive()) {
                log("does not react to the interrupt of its run(); it is not started again while that goes on");
            }
        }
    }

    private synchronized @Nullable Thread runEnds() {
        Thread thread = running;
        running = null;
        return thread;
    }

    private void awaitDurable() {
        try {
            reception.threads().join(stream.seal());
        } catch (RuntimeException e) {
            // the stream keeps the failure, and the next batch tells it
        }
    }

    private void log(String what) {
        reception.problems().problem(name, what, null);
    }

    /** @param only if it is not null: the thread that must be the receiver's running one */
    private synchronized boolean enter(State from, State to, @Nullable Thread only) {
        if (state != from || (only != null && only != running)) {
            return false;
        }
        state = to;
        if (to == State.RUNNING) {
            admission.open();
        }
        return true;
    }

    private synchronized boolean leave(@Nullable Thread only) {
        if (state == State.STOPPED || (only != null && (state != State.RUNNING || only != running))) {
            return false;
        }
        state = State.STOPPED;
        stoppedNanos = System.nanoTime();
        return true;
    }

    private synchronized ReceiverInfo told(String message, @Nullable Throwable error, boolean problem) {
        info = new ReceiverInfo(
                id,
                name,
                state == State.RUNNING,
                info.location(),
                message.isEmpty() ? info.lastErrorMessage() : message,
                error == null ? info.lastError() : error.toString(),
                problem ? reception.clock().wallMillis() : info.lastErrorTime());
        return info;
    }
}
