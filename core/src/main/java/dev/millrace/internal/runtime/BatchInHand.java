/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.error.CancelledException;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.operators.JobScope;
import dev.millrace.streaming.BatchTime;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The phase of the batch that runs, and whether it may go on. The batch thread takes it from phase to phase; a stop cancels it or leaves
 * it behind from another thread.
 *
 * <pre>{@code
 *  NONE --> COMPUTING --> COMPUTED --> DECIDING --> DECIDED --> NONE
 *              |             |            |            |
 *              +-------------+------------+--> NONE    +--> FAILED_DECIDED
 * }</pre>
 */
final class BatchInHand {
    private enum Phase {
        /** No batch is in hand. */
        NONE,
        /** Code of the program runs; a cancel interrupts it, and nothing of the batch is left then. */
        COMPUTING,
        /** All outputs have run; a cancel is too late, but the batch can still be left behind undecided. */
        COMPUTED,
        /** The decision is being recorded. */
        DECIDING,
        /** The decision is durable; what is left is to publish. */
        DECIDED,
        /** Publishing has failed, so the next start publishes. No batch comes after this one. */
        FAILED_DECIDED
    }

    private enum Order {
        RUN,
        CANCEL,
        LEAVE
    }

    /** The ways in which a batch fails, by what the next start does with it. */
    enum Failed {
        /** It was cancelled, and left no trace. */
        ROLLED_BACK("its next start runs this batch again, with the same input."),
        RUNS_AGAIN("its next start runs this batch again, with the same input."),
        FINDS_OUT("this batch may be decided or not: the next start only publishes it, or runs it again with the same"
                + " input."),
        PUBLISHES("this batch is decided: the next start does not run it again, and publishes what is not published.");

        final String words;

        Failed(String words) {
            this.words = words;
        }
    }

    private final ExecutionEngine engine;
    private Phase phase = Phase.NONE;
    private Order order = Order.RUN;
    private @Nullable BatchTime time;
    private @Nullable Thread thread; // the one that computes the batch

    BatchInHand(ExecutionEngine engine) {
        this.engine = engine;
    }

    // ---- batch thread ----

    synchronized void begin(BatchTime batch) {
        time = batch;
        phase = Phase.COMPUTING;
        thread = Thread.currentThread();
        checkCancelled();
    }

    /**
     * Throws if the batch was cancelled. A cancel is known by the order, not by the interrupt alone: so an interrupt that user code has left
     * cancels nothing, and it is cleared, because the next code on this thread is not to meet it.
     */
    synchronized void checkCancelled() {
        if (order != Order.RUN) {
            Thread.interrupted();
            throw new CancelledException("cancelled");
        }
        JobScope.forgetInterrupt();
    }

    /** Notes that all outputs have run, so that no code of the program runs for the batch any more. */
    synchronized void computed() {
        checkCancelled();
        phase = Phase.COMPUTED;
        thread = null;
    }

    /** Begins the decision. This is the last moment at which a batch can be left behind undecided. */
    synchronized void decide() {
        if (order == Order.LEAVE) {
            throw new CancelledException("the context was stopped just before the batch was decided");
        }
        phase = Phase.DECIDING;
    }

    synchronized void decided() {
        phase = Phase.DECIDED;
    }

    synchronized void end() {
        put(Phase.NONE);
    }

    synchronized Failed failed() {
        Failed next = failure();
        if (next == Failed.ROLLED_BACK) {
            Thread.interrupted(); // the interrupt was for the batch, and the batch is over
        }
        put(next == Failed.PUBLISHES ? Phase.FAILED_DECIDED : Phase.NONE);
        return next;
    }

    private Failed failure() {
        return switch (phase) {
            case COMPUTING -> order == Order.RUN ? Failed.RUNS_AGAIN : Failed.ROLLED_BACK;
            case NONE, COMPUTED -> Failed.RUNS_AGAIN;
            case DECIDING -> Failed.FINDS_OUT;
            case DECIDED, FAILED_DECIDED -> Failed.PUBLISHES;
        };
    }

    private void put(Phase next) {
        phase = next;
        time = null;
        thread = null;
    }

    // ---- any thread ----

    /** Ends the batch early, if it is not decided yet, and lets no other begin. */
    synchronized void cancel() {
        order = order == Order.RUN ? Order.CANCEL : order;
        if (phase == Phase.COMPUTING && time != null && thread != null) {
            engine.cancel(time);
            thread.interrupt();
        }
    }

    /**
     * The batch that is left behind.
     *
     * @param batch the batch that runs, or null
     * @param decided whether it is decided, or just being decided; if not it never will be
     */
    record Left(@Nullable BatchTime batch, boolean decided) {}

    /** Cancels, and has the batch never be decided, unless that is being done. */
    synchronized Left leave() {
        cancel();
        order = Order.LEAVE;
        return new Left(time, phase == Phase.DECIDING || phase == Phase.DECIDED);
    }

    /** Returns whether a batch has failed that is decided. */
    synchronized boolean hasFailedDecided() {
        return phase == Phase.FAILED_DECIDED;
    }

    /** The threads that run tasks of the batch. */
    synchronized Set<Thread> threads() {
        return time == null ? Set.of() : Set.copyOf(engine.threadsOf(time));
    }
}
