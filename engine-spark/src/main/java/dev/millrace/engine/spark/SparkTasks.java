/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.operators.TaskPlace;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.spi.JobLabel;
import dev.millrace.streaming.BatchTime;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.TaskFailureListener;
import org.jspecify.annotations.Nullable;

/** The frame of our code in a Spark task: the scope is open, and errors leave in a form that travels. */
final class SparkTasks {
    private static final String DRIVER = "driver"; // the executor in the program's own process, as Spark names it
    private static final String BATCH = "millrace.batch";
    private static final String OUTPUT = "millrace.output";
    private static final String OF_SPARKS_JOBS = "spark.job"; // by which the engine cancels its own

    private SparkTasks() {}

    /** The code of a task. */
    interface Body<R> {
        R run(TaskScope scope) throws Exception;
    }

    /** Puts the label where the tasks of this thread's next jobs find it. */
    static void send(JavaSparkContext spark, JobLabel label) {
        BatchTime batch = label.batch();
        spark.setLocalProperty(BATCH, batch == null ? null : Long.toString(batch.milliseconds()));
        spark.setLocalProperty(OUTPUT, label.output());
    }

    /** Puts what the program has set where the tasks of this thread's next jobs find it. */
    static void send(JavaSparkContext spark, Map<String, String> properties) {
        properties.forEach((key, value) -> {
            if (!key.startsWith(OF_SPARKS_JOBS)) {
                spark.setLocalProperty(key, value);
            }
        });
    }

    /** Takes that back. */
    static void takeBack(JavaSparkContext spark, Map<String, String> properties) {
        properties.keySet().stream()
                .filter(key -> !key.startsWith(OF_SPARKS_JOBS))
                .forEach(key -> spark.setLocalProperty(key, null));
    }

    /**
     * Runs the outermost of our code in a task; everything below it is opened lazily and so within this call.
     *
     * @param operator of the dataset that the task computes, for errors
     */
    static <R> R run(Operator operator, Body<R> body) {
        TaskScope scope = scope();
        try {
            return body.run(scope);
        } catch (Exception e) {
            throw noted(TaskFailure.of(e, operator, scope));
        } catch (OutOfMemoryError e) {
            if (!SparkEnv.get().executorId().equals(DRIVER)) {
                throw e; // Spark ends the executor, as it should
            }
            throw noted(TaskFailure.of(e, operator, scope)); // it would end the program, without a word
        }
    }

    private static TaskFailure noted(TaskFailure failure) {
        Refusals.note(TaskContext.get(), failure);
        return failure;
    }

    private static TaskScope scope() {
        TaskScope open = TaskScope.current();
        if (open != null) {
            return open;
        }
        TaskContext task = TaskContext.get();
        TaskFailure before = Refusals.before(task);
        if (before != null) {
            throw before;
        }
        TaskPlace place = new TaskPlace(
                label(task),
                task.stageId(),
                task.stageAttemptNumber(),
                task.partitionId(),
                task::numPartitions,
                task.attemptNumber(),
                task.taskAttemptId(),
                task::getLocalProperty);
        TaskScope scope = TaskScope.open(place, task::isInterrupted);
        TaskFailureListener failed = (attempt, error) -> scope.failed(
                error instanceof TaskFailure ours ? ours.original() : error); // named, for Scala has another form
        task.addTaskFailureListener(failed);
        task.addTaskCompletionListener(SparkTasks::close);
        return scope;
    }

    private static void close(TaskContext task) {
        TaskScope scope = TaskScope.current();
        if (scope != null) {
            try {
                scope.close();
            } catch (Exception e) {
                throw new IllegalStateException(
                        "a resource of task " + task.partitionId() + " cannot be closed: " + e, e);
            }
        }
    }

    private static JobLabel label(TaskContext task) {
        @Nullable String batch = task.getLocalProperty(BATCH);
        return new JobLabel(batch == null ? null : new BatchTime(Long.parseLong(batch)), task.getLocalProperty(OUTPUT));
    }
}
