/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import java.util.List;

/**
 * What a materialise step left beside the data that the engine holds.
 *
 * @param changes one encoded change block a partition, for the change log; empty if the step is not durable
 * @param observations of the winning attempts
 */
public record StepResult(List<byte[]> changes, List<TaskObservation> observations) {}
