/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.error.CancelledException;
import dev.millrace.internal.operators.BegunJob;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.spi.JobLabel;
import dev.millrace.streaming.BatchTime;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Runs the calls of the engine, each as a Spark job group of its own on the thread that called, so that it can be
 * cancelled; the label travels to tasks as local properties of the job.
 */
final class SparkJobs {
    private static final AtomicLong NEXT_GROUP = new AtomicLong();

    private final JavaSparkContext spark;
    private final Set<Running> running = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    SparkJobs(JavaSparkContext spark) {
        this.spark = spark;
    }

    <R> R run(JobLabel label, Callable<R> work) {
        if (TaskScope.current() != null) {
            throw new IllegalStateException("an action was called inside a task, where datasets cannot be computed;"
                    + " call it in the program before, and use its result in the function");
        }
        if (closed.get()) {
            throw new IllegalStateException("the context is stopped; make a new one");
        }
        Running job = new Running(label, "millrace-" + NEXT_GROUP.getAndIncrement(), Thread.currentThread());
        running.add(job);
        if (job.begun.isEnded()) {
            job.cancel();
        }
        try {
            spark.setJobGroup(
                    job.group, job.begun.properties().getOrDefault(BegunJob.DESCRIPTION, describe(label)), true);
            SparkTasks.send(spark, label);
            SparkTasks.send(spark, job.begun.properties());
            return work.call();
        } catch (Exception e) {
            if (job.cancelled || e instanceof InterruptedException) {
                spark.cancelJobGroup(job.group);
                throw job.begun.failure(new CancelledException("cancelled: " + e));
            }
            throw Failures.of(e);
        } finally {
            running.remove(job);
            job.leave();
            SparkTasks.send(spark, JobLabel.NONE);
            SparkTasks.takeBack(spark, job.begun.properties());
            spark.clearJobGroup();
        }
    }

    private static String describe(JobLabel label) {
        if (label.batch() == null) {
            return "action outside batches";
        }
        return "batch " + label.batch() + (label.output() == null ? "" : ", output " + label.output());
    }

    void cancel(BatchTime time) {
        running.stream().filter(job -> Objects.equals(job.label.batch(), time)).forEach(Running::cancel);
    }

    void cancel(BegunJob begun) {
        running.stream().filter(job -> job.begun == begun).forEach(Running::cancel);
    }

    /** Cancels what runs; false if that was done before. */
    boolean close() {
        boolean first = closed.compareAndSet(false, true);
        running.forEach(Running::cancel);
        return first;
    }

    private final class Running {
        private final JobLabel label;
        private final String group;
        private final Thread thread;
        private final BegunJob begun = BegunJob.current();
        private volatile boolean cancelled;
        private boolean left;

        Running(JobLabel label, String group, Thread thread) {
            this.label = label;
            this.group = group;
            this.thread = thread;
        }

        /** Wakes the thread wherever it waits for Spark; the thread then ends what Spark still runs for it. */
        synchronized void cancel() {
            if (!left) {
                cancelled = true;
                thread.interrupt();
            }
        }

        /** After this no cancel reaches the thread, and a late interrupt does not leak into its next work. */
        synchronized void leave() {
            left = true;
            if (cancelled) {
                Thread.interrupted();
            }
        }
    }
}
