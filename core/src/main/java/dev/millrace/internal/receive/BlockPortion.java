/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.internal.lineage.BlocksNode;
import java.util.Iterator;

/**
 * A run of the records of a block, with the block's bytes, to be decoded in a task elsewhere.
 *
 * @param bytes the whole block
 * @param block its number, for errors
 * @param from how many records come before the run
 */
record BlockPortion<T>(byte[] bytes, BlockFormat format, BlockReading reading, long block, long from, long count)
        implements BlocksNode.Portion<T> {
    @Override
    @SuppressWarnings("unchecked") // the records are what the stream's receiver stored
    public Iterator<T> read() {
        return (Iterator<T>) format.read(bytes, reading, block, from, count);
    }
}
