/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import dev.millrace.streaming.BatchTime;
import java.io.Serializable;

/**
 * Which batch of which output: the same when the batch is run again, so an id to make writes idempotent with.
 *
 * @param time the time of the batch
 * @param outputName the output's name
 */
public record OutputBatch(BatchTime time, String outputName) implements Serializable {}
