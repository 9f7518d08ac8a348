/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A transactional output that writes a batch in parts, each in a transaction and with a receipt of its own. The parts of a batch are
 * written at the same time, on threads of the driver process; all are written before any of the next batch. So a reader may see one part
 * of a batch and not yet another, and the order of rows holds within a part.
 *
 * <p>A part is written once as every batch is: rows wait as bytes, made in tasks; the decision of the batch names them and the number of
 * parts; then each part is written unless it has its receipt. {@link #open} has been called before any other method but {@link #receipts}.
 *
 * @param <T> the type of the records
 */
public interface PartedOutput<T> extends TransactionalOutput<T> {
    /** In how many parts batches of this run are written; at least 1. A batch of an earlier run has the number of that run. */
    int parts();

    /**
     * A text for the place in which receipts are, which is another if that is made anew. A checkpoint keeps it before it decides a
     * batch, and the next {@link #open} has it, so that receipts which are gone are not taken for batches that are not written.
     */
    String place();

    /** Makes the rows. The same for all batches of a run. */
    RowEncoder<T> encoder();

    /** Returns whether the store has the receipt of a part: one with the same output, time, checkpoint, run, number and count. */
    boolean isPublished(OutputPart part) throws Exception;

    /**
     * Writes the rows of a part and its receipt. Called only when {@link #isPublished(OutputPart)} said no; not called for a part
     * without rows. If it throws, that is asked once more, as of a batch that is written as a whole. Several parts of one batch are
     * written at once.
     *
     * @param rows each iterator begins anew, and reads from disk; the caller closes what is open
     */
    void write(OutputPart part, Iterable<byte[]> rows) throws Exception;

    @Override
    default boolean isPublished(OutputBatch batch) throws Exception {
        return isPublished(OutputPart.whole(batch));
    }

    @Override
    default void write(OutputBatch batch, Iterator<T> records) throws Exception {
        RowEncoder<T> encoder = encoder();
        List<byte[]> rows = new ArrayList<>();
        while (records.hasNext()) {
            rows.add(encoder.encode(records.next()));
        }
        write(OutputPart.whole(batch), rows);
    }
}
