/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The engine that computes datasets. {@code ExecutionEngine} is the seam: an engine sees lineage and steps, so it is written in this
 * repository; one of another module is found as a service. All else is the embedded engine: {@code StagePlan} cuts a lineage at its shuffles,
 * and the thread that called the action runs the tasks of each stage. Helpers of the compute pool join it when there is enough to do, so a tiny
 * stage runs inline.
 */
@NullMarked
package dev.millrace.internal.engine;

import org.jspecify.annotations.NullMarked;
