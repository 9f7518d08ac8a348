/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import dev.millrace.streaming.BatchTime;
import java.io.Serializable;
import java.util.UUID;

/**
 * Which batch of which output, and who has it written. When the batch is run again, its time, its output's name and the
 * checkpoint's id are the same: an id to make writes idempotent with. Epoch and run tell the programs apart that did it, one
 * after the other or, for a moment, two at once: of two programs with one checkpoint the one with the higher epoch has taken it
 * from the other.
 *
 * @param time the time of the batch
 * @param outputName the output's name
 * @param checkpointId drawn when the checkpoint directory was first used; a copy of the directory has the same. A program
 *     without checkpoint directory has one for itself at each start
 * @param epoch the program's number among those that have taken the checkpoint, counted from 1; 0 without a checkpoint directory
 * @param runId drawn at each start
 */
public record OutputBatch(BatchTime time, String outputName, UUID checkpointId, long epoch, UUID runId)
        implements Serializable {
    private static final UUID NONE = new UUID(0, 0);

    /** A batch of no checkpoint, such as one that is only looked at. */
    public OutputBatch(BatchTime time, String outputName) {
        this(time, outputName, NONE, 0, NONE);
    }
}
