/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

/**
 * A part of a batch of a {@link PartedOutput}. Its rows are those of the partitions whose number leaves {@code number} when divided by
 * {@code of}, one partition after the other.
 *
 * @param batch as it was when its rows were set aside, whichever program writes them
 * @param number of the part, from 0
 * @param of in how many parts the batch is written, as {@link PartedOutput#parts} said when it was set aside
 */
public record OutputPart(OutputBatch batch, int number, int of) {
    /** A batch that is written as a whole. */
    public static OutputPart whole(OutputBatch batch) {
        return new OutputPart(batch, 0, 1);
    }
}
