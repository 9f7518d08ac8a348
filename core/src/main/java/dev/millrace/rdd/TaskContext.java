/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.internal.operators.TaskScope;
import dev.millrace.spi.JobLabel;
import org.jspecify.annotations.Nullable;

/**
 * Tells code that runs in a task about this attempt at it; for its thread. Together, {@link #label()} and {@link #partitionId()} are an id that
 * is the same when the batch is run again, to build an idempotent output on.
 */
public abstract class TaskContext {
    /** For engines. */
    protected TaskContext() {}

    /** The context of the task that this thread runs, or null outside tasks. */
    public static @Nullable TaskContext get() {
        return TaskScope.current();
    }

    /** The number of the partition that this thread's task computes, from 0; 0 outside tasks. */
    public static int getPartitionId() {
        TaskContext task = get();
        return task == null ? 0 : task.partitionId();
    }

    /** The number of the partition that the task computes, from 0. */
    public abstract int partitionId();

    /** The number of partitions of the dataset that the tasks of this stage compute. */
    public abstract int numPartitions();

    /** The number of earlier attempts of the task. */
    public abstract int attemptNumber();

    /** A number that no other attempt at a task has in this context. */
    public abstract long taskAttemptId();

    /** The number of the stage, which no other stage has in this context. */
    public abstract int stageId();

    /** The number of earlier attempts of the stage; 0 on the embedded engine, which tries single tasks again. */
    public abstract int stageAttemptNumber();

    /** The batch and the output on whose behalf the task runs. */
    public abstract JobLabel label();

    /** A property that the thread which began the job had set by {@code MillraceContext.setLocalProperty}, or null. */
    public abstract @Nullable String getLocalProperty(String key);

    /** Returns whether the task is to end early. Its thread is interrupted too. */
    public abstract boolean isInterrupted();

    /** Returns whether the attempt has ended, well or not. */
    public abstract boolean isCompleted();

    /** Returns whether the attempt has failed. */
    public abstract boolean isFailed();

    /**
     * Has a listener called when the attempt ends, well or not, before the next task of this thread; the last one that was added first. One
     * that is added afterwards is called at once.
     */
    public abstract TaskContext addTaskCompletionListener(TaskCompletionListener listener);

    /** Has a listener called if the attempt fails; the last one that was added first. One that is added afterwards is called at once. */
    public abstract TaskContext addTaskFailureListener(TaskFailureListener listener);
}
