/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import dev.millrace.streaming.BatchTime;
import java.util.List;
import java.util.Optional;

/**
 * A place into which the batches of a stream go exactly once: in two phases, or in one transaction of the place itself.
 *
 * @param <T> the type of the records
 */
public sealed interface Output<T> permits StagedOutput, TransactionalOutput {
    /** The name of the place, so that two outputs into it are refused; empty if outputs may share it. */
    default String destination() {
        return "";
    }

    /**
     * Takes back what readers see of a batch, durably, because the program goes back to an earlier one and will run this
     * batch again. All rows and all receipts go that have the output, the time and the checkpoint of {@code batch} and whose epoch
     * is {@code batch.epoch()} or less, whichever run has published them; rows and receipts of another checkpoint stay, and so do
     * those of a later epoch: a program that was taken over may call this when its successor has published the batch again.
     *
     * <p>Called for the latest batch first, in the driver process, before the first batch runs again; of a batch that several
     * runs have published once for each receipt. Afterwards {@link #receipts} is asked, and a receipt that is still there ends the
     * start. Idempotent: the batch may have been taken back before, may never have been published, and a call may have been
     * interrupted half way.
     *
     * @param batch its run is that of the receipt, so to delete by the key of a receipt (output, batch, checkpoint, run) is right
     *     too; if there is no receipt, it is that of the program that takes back. Its epoch is not that of the receipt, but that of
     *     the program that takes back, which is later, or a later one still if another copy of the checkpoint has published it
     * @throws UnsupportedOperationException if this output cannot take back; the roll back is refused then
     */
    default void retract(OutputBatch batch) throws Exception {
        throw new UnsupportedOperationException("the output \"" + batch.outputName() + "\" (" + this
                + ") cannot take back batch " + batch.time() + ", which readers may have seen; implement retract in "
                + getClass().getName() + ", or take the output out of the program before rolling back");
    }

    /**
     * The receipts of the batches of an output that are later than {@code after}, of whichever checkpoint, in any order: each
     * batch that this place has published and not taken back, as it was published. The receipt of a batch becomes
     * durable with what readers see of it, or before, and goes with it when it is taken back; for a batch without records there
     * need be none. A start asks for them, in the driver process, and finds by them that its checkpoint is an older copy, which would publish
     * again what was published. Writes nothing.
     */
    List<OutputBatch> receipts(String outputName, BatchTime after) throws Exception;

    /**
     * The records that readers see of a published batch, a text for each, in order; empty if this output cannot say. A replay compares
     * it with {@link #shown} of the records that the batch gives when it is run again. Records of another checkpoint are not among them.
     * Writes nothing.
     *
     * @param batch with the id of its checkpoint, and whichever run has published it: its own epoch is 0 and its run is all zero
     */
    default Optional<List<String>> published(OutputBatch batch) throws Exception {
        return Optional.empty();
    }

    /** The text by which {@link #published} shows a record. */
    default String shown(T record) {
        return String.valueOf(record);
    }
}
