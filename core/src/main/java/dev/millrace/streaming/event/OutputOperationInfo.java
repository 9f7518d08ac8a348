/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.event;

import dev.millrace.streaming.BatchTime;
import java.time.Duration;

/**
 * One output operation of one batch.
 *
 * @param batchTime the batch
 * @param id the number of the output in the order of the program, from 0 on
 * @param name the output's name
 * @param description its operation, and the program's line
 * @param startTime when it began, in milliseconds since the epoch
 * @param endTime when it ended; -1 as long as it runs
 * @param duration how long it ran; zero as long as it runs
 * @param failureReason the error's text, or empty
 */
public record OutputOperationInfo(
        BatchTime batchTime,
        int id,
        String name,
        String description,
        long startTime,
        long endTime,
        Duration duration,
        String failureReason) {}
