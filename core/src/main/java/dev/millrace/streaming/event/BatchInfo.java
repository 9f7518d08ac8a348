/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.event;

import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A batch, as far as it has come. Durations that are not known yet are zero, and times are -1; times are in milliseconds since the
 * epoch, by the machine's clock, also in virtual time.
 *
 * @param batchTime the batch
 * @param inputs what it took, an entry an input
 * @param outputs the output operations that have ended
 * @param submissionTime when it took its input
 * @param processingStartTime when it began to be computed
 * @param processingEndTime when it was committed, or failed for good
 * @param schedulingDelay from submission to start
 * @param processingDelay from start to completion
 * @param failure the error's text, or empty
 */
public record BatchInfo(
        BatchTime batchTime,
        List<InputInfo> inputs,
        List<OutputOperationInfo> outputs,
        long submissionTime,
        long processingStartTime,
        long processingEndTime,
        Duration schedulingDelay,
        Duration processingDelay,
        String failure) {

    /** The inputs by the numbers of their streams; without those that the program has no more. */
    public Map<Integer, InputInfo> streamIdToInputInfo() {
        Map<Integer, InputInfo> infos = new TreeMap<>();
        for (InputInfo input : inputs) {
            if (input.inputStreamId() >= 0) {
                infos.put(input.inputStreamId(), input);
            }
        }
        return infos;
    }

    /** The output operations that have ended, by their numbers. */
    public Map<Integer, OutputOperationInfo> outputOperationInfos() {
        Map<Integer, OutputOperationInfo> infos = new TreeMap<>();
        outputs.forEach(output -> infos.put(output.id(), output));
        return infos;
    }

    /** From submission to completion, as far as that is known. */
    public Duration totalDelay() {
        return schedulingDelay.plus(processingDelay);
    }

    /** The records of all inputs that are known. */
    public long numRecords() {
        return inputs.stream()
                .mapToLong(input -> Math.max(0, input.numRecords()))
                .sum();
    }
}
