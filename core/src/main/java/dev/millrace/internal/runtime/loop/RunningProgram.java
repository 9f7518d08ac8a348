/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

/** A started program: its loop, and who steps it. Any thread. */
public interface RunningProgram {
    DriverLoop loop();

    /** Waits so long at most for the end of a run that was asked to stop, and returns whether it has come. */
    boolean isOverWithin(long nanos) throws InterruptedException;

    /** The deadline of a stop has passed. */
    void timeIsUp();

    /** Returns whether a stop may leave this run behind when it does not end by its deadline. */
    boolean mayBeAbandoned();
}
