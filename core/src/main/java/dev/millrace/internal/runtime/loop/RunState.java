/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

/**
 * The states of a streaming context and of its run. A move that is not drawn here is a mistake of ours, and throws.
 *
 * <pre>{@code
 *  CREATED <==> OPENING --> OPEN --> RECEIVING --> DRAINING
 *     |            |         |           |            |
 *     |            |         +-----------+------------+--> FINISHING --+
 *     |            |         |           |            |      |         |
 *     |            |         +-----------+------------+------+--> FAILED --+
 *     |            |         |           |            |      |      |  |   |
 *     |            |         +-----------+------------+------+------+--|---|--> ROLLING_BACK
 *     |            |                                                   |   |          |
 *     |            |                                                   +---+----------+--> CLOSING
 *     v            v                                                                         |
 *   STOPPED <--------------------------------------------------------------------------------+
 *      ^
 *      +-- ABANDONED <-- each from OPENING to CLOSING
 * }</pre>
 *
 * <p>A start moves from CREATED to OPEN; the thread that makes the loop's steps makes the moves after that, with three exceptions: the
 * batch thread moves to FAILED, so that no batch passes the one that failed; a thread that stops virtual time moves to ROLLING_BACK,
 * because the loop is inside the batch; and a thread that stops moves to ABANDONED, because the loop may be stuck. {@link Lifecycle}
 * guards the state.
 */
public enum RunState {
    /** Nothing was started, or a start was refused. */
    CREATED,
    /** The program is checked, and its inputs and its checkpoint are being opened. */
    OPENING,
    /** Batches are planned and run; no receiver was started. */
    OPEN,
    /** Batches are planned and run, and receivers let data come in. */
    RECEIVING,
    /** A stop was asked for, and receivers end; batches go on meanwhile. */
    DRAINING,
    /** No batch is planned any more; those that are planned run until the deadline of the stop. */
    FINISHING,
    /** A batch has failed, or the loop itself: the one that runs ends, and those that wait are dropped. */
    FAILED,
    /** The deadline of the stop has passed: the batch that runs is cancelled, and those that wait are dropped. */
    ROLLING_BACK,
    /** No batch is under way; inputs, outputs and the checkpoint are being closed. */
    CLOSING,
    /** A stop has left code of the program behind; what it still does is refused. */
    ABANDONED,
    /** Nothing goes on any more. */
    STOPPED;

    boolean mayBecome(RunState next) {
        return switch (next) {
            case CREATED -> this == OPENING;
            case OPENING -> this == CREATED;
            case OPEN -> this == OPENING;
            case RECEIVING -> this == OPEN;
            case DRAINING -> this == RECEIVING;
            case FINISHING -> plans();
            case FAILED -> runs();
            case ROLLING_BACK -> runs() || this == FAILED;
            case CLOSING -> this == FINISHING || this == FAILED || this == ROLLING_BACK;
            case ABANDONED -> this != CREATED && this != ABANDONED && this != STOPPED;
            case STOPPED -> this == CREATED || this == OPENING || this == CLOSING || this == ABANDONED;
        };
    }

    /** Returns whether batches are planned. */
    boolean plans() {
        return this == OPEN || this == RECEIVING || this == DRAINING;
    }

    /** Returns whether batches that wait will run. */
    boolean runs() {
        return plans() || this == FINISHING;
    }

    /** Returns whether the context is one that has been started, and has not ended. */
    public boolean isActive() {
        return compareTo(OPEN) >= 0 && compareTo(CLOSING) <= 0;
    }

    /** Returns whether the context has ended; code that a stop has left behind may still run. */
    public boolean hasEnded() {
        return this == ABANDONED || this == STOPPED;
    }
}
