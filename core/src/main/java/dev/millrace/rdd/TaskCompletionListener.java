/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

/** Hears that an attempt at a task has ended, to let go of what it has opened. */
@FunctionalInterface
public interface TaskCompletionListener {
    /** The attempt has ended, well or not; on its thread. Who throws fails the attempt. */
    void onTaskCompletion(TaskContext context);
}
