/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The engine that computes datasets. {@code ExecutionEngine} is the seam: an engine sees lineage and steps, so it is written in this
 * repository; one of another module is found as a service. All else is the embedded engine: {@code StagePlan} cuts a lineage at its shuffles,
 * and the thread that called the action runs the tasks of each stage. Helpers of the compute pool join it when there is enough to do, so a tiny
 * stage runs inline.
 *
 * <pre>
 *   ContextJobs --- BegunJob              a job as the program sees it: its number, group, tags; whether the program has ended it
 *     JobScope --- JobLabel               the batch and the output on whose behalf this thread calls actions
 *       RunningJobs --- Job               one call of an engine: its shuffles and observations (on Spark a job group)
 *         StageRunner --- Stage           tasks that need nothing of each other
 *           TaskQueue.Attempt --- TaskScope    one attempt at one task
 * </pre>
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>The thread that calls an action runs tasks itself; {@code local[n]} has n - 1 helper threads.
 *   <li>A stage of few known records wakes no helper until its first task took 0.2 ms: a wake-up costs more than such
 *       a stage.
 *   <li>A task that waits for its next attempt holds no thread while others can run.
 *   <li>An aggregation that is refused memory keeps the keys that it has and spills the records of others. So the
 *       order of first arrival stays, and values of a key are merged in the order of arrival.
 *   <li>Buckets below the first level of a spilled aggregation are chosen by a hash under a secret of the process.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.engine;

import org.jspecify.annotations.NullMarked;
