/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of this process that another attempt would end in the same way. Spark knows no failure of a task that it does not
 * try again; so the attempts that it still makes here end at once, with the first failure, and call no function of the program.
 */
final class Refusals {
    private static final int MOST = 1000;

    private static final Map<Task, TaskFailure> ALL = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Task, TaskFailure> eldest) {
            return size() > MOST;
        }
    };

    private Refusals() {}

    private record Task(String application, int stage, int partition) {
        static Task of(TaskContext task) {
            return new Task(SparkEnv.get().conf().getAppId(), task.stageId(), task.partitionId());
        }
    }

    /** The failure of an earlier attempt of a task, if it ends this one too. */
    static @Nullable TaskFailure before(TaskContext task) {
        if (task.attemptNumber() == 0) {
            return null;
        }
        synchronized (ALL) {
            return ALL.get(Task.of(task));
        }
    }

    static void note(TaskContext task, TaskFailure failure) {
        if (failure.endsTheSame()) {
            synchronized (ALL) {
                ALL.putIfAbsent(Task.of(task), failure);
            }
        }
    }
}
