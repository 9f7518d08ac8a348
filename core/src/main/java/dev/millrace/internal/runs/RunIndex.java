/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.ByteSource;
import dev.millrace.internal.log.Frame;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The offsets of the blocks of a run, and their filters: some 1.5 bytes an entry of 30 bytes, most of them for filters. Immutable
 * once it is read.
 */
final class RunIndex {
    private final RunBytes bytes;
    private long[] first = new long[16]; // position of each block
    private long[] offset = new long[16];
    private int[] length = new int[16];
    private int[] checksum = new int[16];
    private int[] filterEnd = new int[16]; // in the words; a filter begins where the one before ends
    private long[] filters = new long[64];
    private byte @Nullable [] @Nullable []
            keys; // only if a block begins with the position with which the one before ends
    private int blocks;

    private RunIndex(RunBytes bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads the directories of a run.
     *
     * @param directories for each, how many bytes behind the last one it begins, and how long it is
     */
    static RunIndex read(RunBytes bytes, long[] directories) {
        RunIndex index = new RunIndex(bytes);
        byte[] room = {};
        long at = 0;
        for (int i = 0; i < directories.length; i += 2) {
            at += directories[i];
            int length = (int) directories[i + 1];
            room = RunFrames.at(bytes, at, length, room);
            try {
                index.add(new ByteSource(room, Frame.HEADER + 1, length - Frame.MARK));
            } catch (CodecException e) {
                throw bytes.damaged(at, "it has no directory there: " + e.getMessage());
            }
            at += length;
        }
        index.trim();
        return index;
    }

    private void add(ByteSource directory) {
        long at = directory.readLong();
        for (int left = directory.readInt(); left > 0; left--) {
            if (blocks == first.length) {
                resize(2 * blocks);
            }
            first[blocks] = directory.readLong();
            offset[blocks] = at;
            length[blocks] = directory.readInt();
            checksum[blocks] = directory.readInt();
            at += length[blocks];
            if (directory.readByte() != 0) {
                keys = keys == null ? new byte[first.length][] : keys;
                keys[blocks] = directory.readSized();
            }
            addFilter(directory);
            blocks++;
        }
    }

    private void addFilter(ByteSource directory) {
        int from = blocks == 0 ? 0 : filterEnd[blocks - 1];
        int to = from + directory.readSize();
        if (to > filters.length) {
            filters = Arrays.copyOf(filters, Math.max(to, 2 * filters.length));
        }
        for (int i = from; i < to; i++) {
            filters[i] = directory.readLong();
        }
        filterEnd[blocks] = to;
    }

    private void resize(int size) {
        first = Arrays.copyOf(first, size);
        offset = Arrays.copyOf(offset, size);
        length = Arrays.copyOf(length, size);
        checksum = Arrays.copyOf(checksum, size);
        filterEnd = Arrays.copyOf(filterEnd, size);
        keys = keys == null ? null : Arrays.copyOf(keys, size);
    }

    private void trim() {
        resize(blocks);
        filters = Arrays.copyOf(filters, blocks == 0 ? 0 : filterEnd[blocks - 1]);
    }

    /** About how much memory this takes, without the keys of blocks that begin as others end. */
    long memoryBytes() {
        return (long) blocks * (2 * Long.BYTES + 3 * Integer.BYTES) + (long) Long.BYTES * filters.length;
    }

    /**
     * The block that has a key, if any has.
     *
     * @param least a number that it is not less than
     * @return its number, or -1
     */
    int find(long position, byte[] key, int from, int to, int least) {
        int block = lastUpTo(position, Math.max(least, 0));
        if (block >= 0 && first[block] == position && keys != null) {
            block = find(keys, block, position, key, from, to);
        }
        return block >= 0 && mayHave(block, position) ? block : -1;
    }

    /** Finds the block of a key among the blocks that begin with its position, up to {@code last}, and the one before. */
    private int find(byte[] @Nullable [] tied, int last, long position, byte[] key, int from, int to) {
        int low = position == 0 ? 0 : lastUpTo(position - 1, 0) + 1;
        int begin = low;
        int high = last;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            byte[] found = tied[middle];
            if (found == null || Arrays.compareUnsigned(found, 0, found.length, key, from, to) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Math.max(high, begin - 1);
    }

    /** The last block, of those from {@code least} on, that begins with the position or before it; -1 if none does. */
    private int lastUpTo(long position, int least) {
        int low = least;
        int high = blocks - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(first[middle], position) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    private boolean mayHave(int block, long position) {
        return BlockFilter.mayHave(filters, block == 0 ? 0 : filterEnd[block - 1], filterEnd[block], position);
    }

    /**
     * Reads a block.
     *
     * @param room is used if it is large enough
     * @return an array that begins with its frame
     */
    byte[] read(int block, byte[] room) {
        byte[] frame = RunFrames.at(bytes, offset[block], length[block], room);
        if (Frame.checksum(frame, 0) != checksum[block]) {
            throw bytes.damaged(offset[block], "there is another frame than the one that was written");
        }
        return frame;
    }

    void begin(EntryReader entries, int block, byte[] frame) {
        entries.begin(frame, Frame.HEADER + 1, length[block] - Frame.MARK);
    }

    /** The exception that refuses a block in which there is no entry where one must be. */
    RuntimeException damaged(int block, CodecException cause) {
        return bytes.damaged(offset[block], String.valueOf(cause.getMessage()));
    }
}
