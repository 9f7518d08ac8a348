/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.internal.operators.TaskScope;
import dev.millrace.spi.JobLabel;
import org.jspecify.annotations.Nullable;

/**
 * Tells code that runs in a task about the task. Together, {@link #label()} and {@link #partitionId()} are an id that is
 * the same when the batch is run again, to build an idempotent output on.
 */
public abstract class TaskContext {
    /** For engines. */
    protected TaskContext() {}

    /** The context of the task that this thread runs, or null outside tasks. */
    public static @Nullable TaskContext get() {
        return TaskScope.current();
    }

    /** The number of the partition that the task computes, from 0. */
    public abstract int partitionId();

    /** The number of earlier attempts of the task. */
    public abstract int attemptNumber();

    /** The batch and the output on whose behalf the task runs. */
    public abstract JobLabel label();
}
