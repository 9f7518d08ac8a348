/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

/**
 * Where a stream's batches go, exactly once.
 *
 * @param <T> the type of the records
 */
public sealed interface Output<T> permits StagedOutput {
    /**
     * Takes back what readers see of a batch, durably, because the program goes back to an earlier one and will run this
     * batch again. Called for the latest batch first, in the driver process, before the first batch runs again. Idempotent:
     * the batch may have been taken back before, may never have been published, and a call may have been interrupted half
     * way.
     *
     * @throws UnsupportedOperationException if this output cannot take back; the roll back is refused then
     */
    default void retract(OutputBatch batch) throws Exception {
        throw new UnsupportedOperationException("the output \"" + batch.outputName() + "\" (" + this
                + ") cannot take back batch " + batch.time() + ", which readers may have seen; implement retract in "
                + getClass().getName() + ", or take the output out of the program before rolling back");
    }
}
