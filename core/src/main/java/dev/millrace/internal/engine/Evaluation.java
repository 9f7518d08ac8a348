/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.lineage.TaskObservation;
import java.util.List;

/**
 * The result of an evaluation.
 *
 * @param results one a partition, in partition order; shorter if the request had enough earlier
 * @param observations of the winning attempts of all tasks, of earlier stages too
 */
public record Evaluation<R>(List<R> results, List<TaskObservation> observations) {}
