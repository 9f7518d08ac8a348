/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.lineage.TaskObservation;
import dev.millrace.spi.JobLabel;
import java.util.List;

/** Hears what the winning task attempts of a job saw. Jobs may end on several threads at once. */
public interface JobObserver {
    void observed(JobLabel label, List<TaskObservation> observations);
}
