/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.internal.codec.ByteSink;
import org.jspecify.annotations.Nullable;

/** Gathers where blocks stand and what is in them, for looking keys up, until there is enough for a frame. One thread. */
final class DirectoryWriter {
    private static final int ENOUGH_BYTES = 1 << 16;

    private final ByteSink blocks = new ByteSink();
    private int count;
    private long begin;

    /**
     * A block.
     *
     * @param offset of its frame, behind which the next follows
     * @param checksum of the frame
     * @param key the first one, if the block before ends in the same position
     * @param positions of its entries, in order
     */
    void add(long offset, int frameLength, int checksum, byte @Nullable [] key, long[] positions, int entries) {
        if (count++ == 0) {
            begin = offset;
        }
        blocks.writeLong(positions[0]);
        blocks.writeInt(frameLength);
        blocks.writeInt(checksum);
        blocks.writeByte(key == null ? 0 : 1);
        if (key != null) {
            blocks.writeSized(key);
        }
        long[] filter = BlockFilter.of(positions, entries);
        blocks.writeSize(filter.length);
        for (long word : filter) {
            blocks.writeLong(word);
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean isFull() {
        return blocks.size() >= ENOUGH_BYTES;
    }

    /** The directory so far; it is empty again then. */
    byte[] take() {
        ByteSink directory = new ByteSink(blocks.size() + 2 * Long.BYTES);
        directory.writeLong(begin);
        directory.writeInt(count);
        directory.writeAll(blocks);
        blocks.clear();
        count = 0;
        return directory.toBytes();
    }
}
