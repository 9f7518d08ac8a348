/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.lineage.TaskObservation;
import java.util.List;

/**
 * The result of a materialise step, beside the data that the engine holds.
 *
 * @param changes of each partition, in order; none if the step is not durable. The caller closes them
 * @param observations of the winning attempts
 */
public record StepResult(List<StepChanges> changes, List<TaskObservation> observations) {}
