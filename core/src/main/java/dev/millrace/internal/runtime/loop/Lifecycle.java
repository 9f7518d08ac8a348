/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import dev.millrace.streaming.StopResult;
import org.jspecify.annotations.Nullable;

/** The state of a context, the number of batches that are under way, and the result of those before. Any thread. */
public final class Lifecycle {
    private RunState state = RunState.CREATED;
    private int underWay;
    private StopResult result = StopResult.FINISHED;
    private @Nullable RuntimeException failure;

    /** The life of a run that has no streaming context, such as a replay. It begins as an open one. */
    public static Lifecycle opened() {
        Lifecycle opened = new Lifecycle();
        opened.state = RunState.OPEN;
        return opened;
    }

    public synchronized RunState state() {
        return state;
    }

    /**
     * Moves to another state, unless another thread was first.
     *
     * @return false if the state is not {@code from} any more
     * @throws IllegalStateException if the table has no such move
     */
    public synchronized boolean move(RunState from, RunState next) {
        if (!from.mayBecome(next)) {
            throw new IllegalStateException("a context that is " + from + " cannot become " + next);
        }
        boolean unchanged = state == from;
        state = unchanged ? next : state;
        return unchanged;
    }

    private boolean moveIfLegal(RunState next) {
        boolean legal = state.mayBecome(next);
        state = legal ? next : state;
        return legal;
    }

    /** Cancels what is not decided, unless it is too late for that: then it returns false. */
    synchronized boolean rollBack() {
        if (state == RunState.DRAINING) {
            leftInput();
        }
        return moveIfLegal(RunState.ROLLING_BACK);
    }

    /**
     * The first failure counts.
     *
     * @return false if the run was abandoned before: code that was left behind fails sooner or later, and that does not count
     */
    synchronized boolean failed(RuntimeException cause) {
        if (state.hasEnded()) {
            return false;
        }
        failure = failure == null ? cause : failure;
        moveIfLegal(RunState.FAILED);
        return true;
    }

    /** Returns the state before, or null if the run had been abandoned or has ended. */
    public synchronized @Nullable RunState abandon() {
        RunState before = state;
        if (before == RunState.OPENING) {
            result = StopResult.ROLLED_BACK; // where the start hangs is not known
        }
        return moveIfLegal(RunState.ABANDONED) ? before : null;
    }

    /** Notes that all that is open is being closed; it may be called again. */
    synchronized void close() {
        moveIfLegal(RunState.CLOSING);
    }

    /** Everything is closed. Returns false if the context had been abandoned: then the stop that abandoned it has told its end. */
    public synchronized boolean end() {
        return !move(RunState.ABANDONED, RunState.STOPPED) && move(RunState.CLOSING, RunState.STOPPED);
    }

    synchronized int underWay() {
        return underWay;
    }

    synchronized void begun() {
        underWay++;
    }

    synchronized void completed() {
        underWay--;
    }

    synchronized void rolledBack() {
        underWay--;
        result = StopResult.ROLLED_BACK;
    }

    /** The records that the receivers have stored last get no batch of this run. */
    synchronized void leftInput() {
        result = StopResult.ROLLED_BACK;
    }

    public synchronized @Nullable RuntimeException failure() {
        return failure;
    }

    /** @param decided whether a batch is left behind that is decided */
    public synchronized StopResult result(boolean decided) {
        if (decided) {
            return StopResult.DECIDED;
        }
        return underWay > 0 ? StopResult.ROLLED_BACK : result;
    }
}
