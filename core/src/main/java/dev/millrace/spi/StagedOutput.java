/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An output in two phases. All partitions are staged where nobody looks; then a record that says so is made durable; then
 * the staged parts are made visible. A batch whose record is durable is published by recovery without running the
 * program's code again; any other batch is run and staged anew. What was published is told by receipts beside it, see
 * {@link #receipts}: a file, a row, a property of a partition.
 *
 * @param <T> the type of the records
 */
public non-sealed interface StagedOutput<T> extends Output<T>, Serializable {
    /**
     * Writes one partition where it is not visible yet, durably. Runs in a task; several attempts may run at once or one
     * after the other, so each writes a place of its own. So may two programs, when one has taken the checkpoint from the
     * other: the name of what is staged bears the batch's checkpoint id and epoch.
     *
     * @return what {@link #publish} needs to find the part, or null if there is nothing to publish
     */
    @Nullable
    String stage(OutputBatch batch, int partition, int attempt, Iterator<T> records) throws Exception;

    /**
     * Makes the parts of a batch visible, durably. Idempotent: it may have been called before with the same arguments, and
     * may have been interrupted half way. A program that had decided the batch and was taken over then may call it while
     * its successor does; neither may fail or lose anything by that.
     *
     * @param batch as it was when it was staged, whichever program publishes it
     */
    void publish(OutputBatch batch, List<String> parts) throws Exception;

    /**
     * Removes what failed or lost attempts at a batch have left in staging: those of this checkpoint and of this epoch or an
     * earlier one. A program that was taken over may call it while its successor stages or publishes the same batch, so
     * what a later epoch has staged stays.
     */
    void discard(OutputBatch batch) throws Exception;
}
