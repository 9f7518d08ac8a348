/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.util.Map;

/**
 * A batch that has its input.
 *
 * @param time the batch's time
 * @param slices what it takes, by input name
 * @param submittedMillis when it was planned, in milliseconds since the epoch
 * @param submittedNanos the same on the monotonic clock
 * @param skipAdvice how an operator can have it skipped if it fails again, in words; empty if it runs for the first time
 */
public record PlannedBatch(
        BatchTime time, Map<String, InputSlice> slices, long submittedMillis, long submittedNanos, String skipAdvice) {}
