/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.internal.crash.CrashPoint;

/** The ways in which the life of a process ends before its work is done. */
sealed interface Death {
    /** Not at all. */
    record None() implements Death {}

    /**
     * The process ends itself exactly at a crash point.
     *
     * @param occurrence how often it must come there, from 1
     */
    record At(CrashPoint point, int occurrence) implements Death {}

    /**
     * SIGKILL from outside, wherever the process is by then.
     *
     * @param steps how many crash points it has told of; 0 for right at its start
     * @param nanos how long the killer waits after that, by spinning
     */
    record Kill(int steps, long nanos) implements Death {}
}
