/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.event;

import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.List;

/**
 * A batch, as far as it has come; durations that are not known yet are zero.
 *
 * @param batchTime the batch
 * @param inputs what it took, an entry an input
 * @param outputs the output operations that have ended
 * @param schedulingDelay from submission to start
 * @param processingDelay from start to completion
 * @param failure the error's text, or empty
 */
public record BatchInfo(
        BatchTime batchTime,
        List<InputInfo> inputs,
        List<OutputOperationInfo> outputs,
        Duration schedulingDelay,
        Duration processingDelay,
        String failure) {

    /** From submission to completion, as far as that is known. */
    public Duration totalDelay() {
        return schedulingDelay.plus(processingDelay);
    }

    /** The records of all inputs that are known. */
    public long numRecords() {
        return inputs.stream().mapToLong(input -> Math.max(0, input.records())).sum();
    }
}
