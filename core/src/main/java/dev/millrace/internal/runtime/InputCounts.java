/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.internal.engine.JobObserver;
import dev.millrace.internal.lineage.TaskObservation;
import dev.millrace.spi.JobLabel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers of records that the jobs of the running batch have read from each leaf. Several outputs may read the same leaf, and some
 * stop early, so the greatest count of one job is taken.
 */
final class InputCounts implements JobObserver {
    private final Map<Long, Long> byLeaf = new HashMap<>();

    @Override
    public synchronized void observed(JobLabel label, List<TaskObservation> observations) {
        if (label.batch() != null) {
            Map<Long, Long> job = new HashMap<>();
            observations.forEach(
                    task -> task.recordsRead().forEach((leaf, count) -> job.merge(leaf, count, Long::sum)));
            job.forEach((leaf, count) -> byLeaf.merge(leaf, count, Math::max));
        }
    }

    synchronized long of(long leaf) {
        return byLeaf.getOrDefault(leaf, -1L);
    }

    synchronized void clear() {
        byLeaf.clear();
    }
}
