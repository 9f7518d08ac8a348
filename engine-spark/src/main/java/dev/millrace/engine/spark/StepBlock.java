/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.spi.TaskObservation;
import java.io.Serializable;

/**
 * One partition of what a step left.
 *
 * @param contents the records, or the keys and values of a state, encoded
 * @param changes what differs from the version before, for the change log; empty if there is none or nobody keeps it
 * @param observation of the attempt that made the contents
 */
record StepBlock(byte[] contents, byte[] changes, TaskObservation observation) implements Serializable {
    /** What the driver gets; the contents stay with the tasks. */
    record Outcome(byte[] changes, TaskObservation observation) implements Serializable {}

    Outcome outcome() {
        return new Outcome(changes, observation);
    }
}
