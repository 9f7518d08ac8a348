/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

/** The result of a stop with a deadline for the batches under way. */
public enum StopResult {
    /** Every batch that was planned is complete. */
    FINISHED,

    /**
     * The deadline passed: the running batch, and those planned behind it, left no trace, and are run again at the next
     * start. What {@code foreachRDD} did outside stays done.
     */
    ROLLED_BACK,

    /**
     * The deadline passed when the running batch was decided, or was just being decided, and its outputs did not end
     * publishing it: some show the batch, others do not yet. With a checkpoint the next start publishes it and does not run
     * it again; the batches planned behind it are run.
     */
    DECIDED
}
