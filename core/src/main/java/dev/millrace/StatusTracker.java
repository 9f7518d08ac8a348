/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import dev.millrace.internal.engine.ContextJobs;
import dev.millrace.internal.operators.BegunJob;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Tells which jobs of a context run now; of those that have ended nothing is kept. Safe for use by several threads. */
public final class StatusTracker {
    private final ContextJobs jobs;

    StatusTracker(ContextJobs jobs) {
        this.jobs = jobs;
    }

    /** The numbers of the jobs that run, in order. */
    public int[] getActiveJobIds() {
        return jobs.running().keySet().stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * The numbers of the jobs of a group that run, in order.
     *
     * @param group null for those without a group
     */
    public int[] getJobIdsForGroup(@Nullable String group) {
        return jobs.running().entrySet().stream()
                .filter(job -> Objects.equals(group, job.getValue().get(BegunJob.GROUP)))
                .flatMapToInt(job -> IntStream.of(job.getKey()))
                .toArray();
    }

    /** The numbers of the jobs with a tag that run, in order. */
    public int[] getJobIdsForTag(String tag) {
        return jobs.tagged(tag).stream().mapToInt(Integer::intValue).toArray();
    }
}
