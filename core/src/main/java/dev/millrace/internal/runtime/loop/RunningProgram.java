/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

/**
 * The loop of an open program, as those see it who stop it: {@code LoopThread} in real time, {@code VirtualTime} in virtual time. A
 * {@code StartingProgram} is what a start is given, an {@code OpenProgram} what it makes, and this has the batches of that run. Any thread.
 */
public interface RunningProgram {
    DriverLoop loop();

    /** Waits so long at most for the end of a run that was asked to stop, and returns whether it has come. */
    boolean isOverWithin(long nanos) throws InterruptedException;

    /** The deadline of a stop has passed. */
    void timeIsUp();

    /** Returns whether a stop may leave this run behind when it does not end by its deadline. */
    boolean mayBeAbandoned();
}
