/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.error.MillraceException;
import dev.millrace.rdd.TaskCompletionListener;
import dev.millrace.rdd.TaskContext;
import dev.millrace.rdd.TaskFailureListener;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The program's listeners to the end of one attempt at a task. Thread of the task. */
final class TaskListeners {
    private final TaskContext task;
    private final Deque<TaskCompletionListener> ofCompletion = new ArrayDeque<>(); // the last one first
    private final Deque<TaskFailureListener> ofFailure = new ArrayDeque<>();
    private @Nullable Throwable failure;
    private boolean completed;

    /**
     * @param failure what the attempt has failed with already, or null
     * @param completed whether it has ended already
     */
    TaskListeners(TaskContext task, @Nullable Throwable failure, boolean completed) {
        this.task = task;
        this.failure = failure;
        this.completed = completed;
    }

    void add(TaskCompletionListener listener) {
        if (completed) {
            listener.onTaskCompletion(task);
        } else {
            ofCompletion.push(listener);
        }
    }

    void add(TaskFailureListener listener) {
        if (failure != null) {
            listener.onTaskFailure(task, failure);
        } else {
            ofFailure.push(listener);
        }
    }

    /** All listeners hear of it; what one of them throws is added to the failure. */
    void failed(Throwable error) {
        failure = error;
        while (!ofFailure.isEmpty()) {
            try {
                ofFailure.pop().onTaskFailure(task, error);
            } catch (RuntimeException e) {
                error.addSuppressed(e);
            }
        }
    }

    /** All hear of it; the first that throws fails the attempt. */
    void completed() {
        completed = true;
        MillraceException first = null;
        while (!ofCompletion.isEmpty()) {
            try {
                ofCompletion.pop().onTaskCompletion(task);
            } catch (RuntimeException e) {
                if (first == null) {
                    first = new MillraceException(
                            "the listener given to addTaskCompletionListener threw " + e + "; correct the listener", e);
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
