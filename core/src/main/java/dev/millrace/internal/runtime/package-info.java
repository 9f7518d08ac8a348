/* SPDX-License-Identifier: Apache-2.0 */
/**
 * One batch, from its plan to its receipts: {@code BatchPlanner} asks the inputs and writes the plan, {@code BatchRunner} takes the batch
 * through lineage, steps and outputs to its decision, has {@code OutputCommitter} make it visible, and drops data that no later batch reads. {@code Audience}
 * is told of each. The loop that has batches run is {@code runtime.loop}. Planning happens on the driver loop, all else on the batch thread.
 *
 * <pre>
 *   PlannedBatch     a batch that has its input, and waits
 *   BatchScope       (in graph) the lineages of a batch, and what its steps changed, from its plan until it is retired
 *   BatchInHand      the phase of the batch that runs, and whether it may go on: for stops from other threads
 *   BatchProgress    counts and times of one batch, for listeners
 *   BatchSummary     counts and times of all batches, for the log
 *   BatchLog         (in checkpoint) what becomes durable of batches
 * </pre>
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>All outputs of a batch run, also after one has failed; then the batch fails with what all of them threw.
 *   <li>Rate controllers are no listeners: they hear of every batch at once, and a queue that drops must not steer
 *       anything.
 *   <li>What is staged bears the epoch of its writer, also in the decision. A publication goes by that epoch, and a
 *       program that discards goes by its own. So a program that wakes after a takeover, wherever it slept, meets only
 *       what it staged itself.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.runtime;

import org.jspecify.annotations.NullMarked;
