/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.error.CancelledException;
import dev.millrace.internal.engine.RunningJobs;
import dev.millrace.internal.operators.BegunJob;
import dev.millrace.spi.Connector;
import dev.millrace.spi.JobLabel;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Runs the calls of the engine, each as a Spark job group of its own on the thread that called, so that it can be
 * cancelled; the label travels to tasks as local properties of the job.
 */
@Connector // so that errors name a line of the program, and none of this
final class SparkJobs {
    private static final AtomicLong NEXT_GROUP = new AtomicLong();

    private final JavaSparkContext spark;
    private final RunningJobs running = new RunningJobs();

    SparkJobs(JavaSparkContext spark) {
        this.spark = spark;
    }

    <R> R run(JobLabel label, Callable<R> work) {
        Running job = new Running(label, "millrace-" + NEXT_GROUP.getAndIncrement(), Thread.currentThread());
        running.begin(job);
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
            running.end(job);
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

    /** The jobs that run now. */
    RunningJobs running() {
        return running;
    }

    private static final class Running extends RunningJobs.Running {
        private final String group;
        private final Thread thread;
        private volatile boolean cancelled;
        private boolean left;

        Running(JobLabel label, String group, Thread thread) {
            super(label);
            this.group = group;
            this.thread = thread;
        }

        /** Wakes the thread wherever it waits for Spark; the thread then ends what Spark still runs for it. */
        @Override
        protected synchronized void cancel() {
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
