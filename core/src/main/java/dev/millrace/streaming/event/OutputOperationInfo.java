/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.event;

import dev.millrace.streaming.BatchTime;
import java.time.Duration;

/**
 * One output operation of one batch.
 *
 * @param batchTime the batch
 * @param name the output's name
 * @param duration how long it ran
 * @param failure the error's text, or empty
 */
public record OutputOperationInfo(BatchTime batchTime, String name, Duration duration, String failure) {}
