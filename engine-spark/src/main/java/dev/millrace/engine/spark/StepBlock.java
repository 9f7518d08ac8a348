/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.spi.TaskObservation;
import java.io.Serializable;

/**
 * One partition of what a step left.
 *
 * @param contents the records, or the keys of a state and its values as they are held, encoded
 * @param touched when each key of a state was last touched, if keys time out
 * @param mapped what the program of a state mapped in the batch, encoded
 * @param changes what differs from the version before, for the change log; empty if there is none or nobody keeps it
 * @param observation of the attempt that made the contents
 */
record StepBlock(byte[] contents, long[] touched, byte[] mapped, byte[] changes, TaskObservation observation)
        implements Serializable {
    private static final long[] UNTIMED = {};
    private static final byte[] NOTHING = {};

    /** A block that is records only. */
    static StepBlock records(byte[] contents, byte[] changes, TaskObservation observation) {
        return new StepBlock(contents, UNTIMED, NOTHING, changes, observation);
    }

    /** What the driver gets; the contents stay with the tasks. */
    record Outcome(byte[] changes, TaskObservation observation) implements Serializable {}

    Outcome outcome() {
        return new Outcome(changes, observation);
    }
}
