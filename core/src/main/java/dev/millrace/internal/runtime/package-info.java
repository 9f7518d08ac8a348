/* SPDX-License-Identifier: Apache-2.0 */
/**
 * One batch, from its plan to its receipts: {@code BatchPlanner} asks the inputs and writes the plan, {@code BatchRunner} takes the batch
 * through lineage, steps and outputs to its decision, {@code OutputCommitter} makes it visible, and {@code BatchRetirer} drops what no later
 * batch reads. {@code Audience} is told of each. The loop that has batches run is {@code runtime.loop}. Planning happens on the driver loop,
 * all else on the batch thread.
 */
@NullMarked
package dev.millrace.internal.runtime;

import org.jspecify.annotations.NullMarked;
