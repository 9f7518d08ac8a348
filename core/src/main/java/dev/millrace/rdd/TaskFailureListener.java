/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

/** Hears that an attempt at a task has failed. */
@FunctionalInterface
public interface TaskFailureListener {
    /** The attempt has failed, or was cancelled, by {@code error}; on its thread, before the listeners of its completion. */
    void onTaskFailure(TaskContext context, Throwable error);
}
