/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.internal.lineage.TaskObservation;
import java.io.Serializable;
import java.util.List;

/**
 * One partition of what a step left.
 *
 * @param contents the records, or the keys of a state and its values as they are held, encoded
 * @param touched when each key of a state was last touched, if keys time out
 * @param mapped what the program of a state mapped in the batch, encoded
 * @param changes what differs from the version before, in blocks for the change log; none if nobody keeps it
 * @param observation of the attempt that made the contents
 */
record StepBlock(byte[] contents, long[] touched, byte[] mapped, List<byte[]> changes, TaskObservation observation)
        implements Serializable {
    private static final long FEW_BYTES = 1 << 20;
    private static final long[] UNTIMED = {};
    private static final byte[] NOTHING = {};

    /** A block that is records only. */
    static StepBlock records(byte[] contents, List<byte[]> changes, TaskObservation observation) {
        return new StepBlock(contents, UNTIMED, NOTHING, changes, observation);
    }

    /**
     * What the driver gets when the step has run; the contents stay with the tasks.
     *
     * @param blocks how many blocks of changes there are
     * @param few all of them if they are few, so that they need not be fetched; else none
     */
    record Outcome(int blocks, List<byte[]> few, TaskObservation observation) implements Serializable {
        boolean hasAll() {
            return few.size() == blocks;
        }
    }

    Outcome outcome() {
        long bytes = changes.stream().mapToLong(block -> block.length).sum();
        return new Outcome(changes.size(), bytes > FEW_BYTES ? List.of() : changes, observation);
    }
}
