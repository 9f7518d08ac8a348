/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import java.util.Arrays;

/**
 * Parts of change blocks, of which each has one time, one behind the other: a place in all of them is an address. A part is found by a table
 * of addresses, since most parts are much longer than what one place of the table stands for. One thread.
 */
final class ChangeParts {
    private static final int TABLE_SHIFT = 12;
    private static final int BYTES_A_PART = 3 * Long.BYTES + Integer.BYTES;

    private byte[][] blocks = new byte[2][];
    private long[] bases = new long[2]; // the address of the first byte of the block
    private long[] starts = new long[2]; // the address of the first change of the part
    private long[] times = new long[2];
    private int size;

    /** By the upper bits of an address: the last part that starts before all addresses that have them, or else the first part. */
    private int[] table = new int[2];

    private int tableSize;

    /**
     * A part behind those so far.
     *
     * @param base the address at which the block begins
     * @param start where in the block the first change of the part stands
     */
    void add(byte[] block, long base, int start, long time) {
        if (size == blocks.length) {
            blocks = Arrays.copyOf(blocks, 2 * size);
            bases = Arrays.copyOf(bases, 2 * size);
            starts = Arrays.copyOf(starts, 2 * size);
            times = Arrays.copyOf(times, 2 * size);
        }
        blocks[size] = block;
        bases[size] = base;
        starts[size] = base + start;
        times[size] = time;
        extendTable(base + start);
        size++;
    }

    /** Up to where the next part starts. */
    private void extendTable(long start) {
        int to = Math.toIntExact((start + (1 << TABLE_SHIFT) - 1) >>> TABLE_SHIFT);
        if (to > table.length) {
            table = Arrays.copyOf(table, Math.max(to, 2 * table.length));
        }
        Arrays.fill(table, tableSize, to, Math.max(0, size - 1));
        tableSize = to;
    }

    /** The number of the part that has an address. */
    int of(long address) {
        long place = address >>> TABLE_SHIFT;
        int part = place < tableSize ? table[(int) place] : size - 1;
        while (part + 1 < size && starts[part + 1] <= address) {
            part++;
        }
        return part;
    }

    byte[] block(int part) {
        return blocks[part];
    }

    /** The place of an address in the block of its part. */
    int at(int part, long address) {
        return (int) (address - bases[part]);
    }

    /** The address of a place in the block of a part. */
    long address(int part, int at) {
        return bases[part] + at;
    }

    long time(int part) {
        return times[part];
    }

    long bytes() {
        return (long) BYTES_A_PART * blocks.length + (long) Integer.BYTES * table.length;
    }
}
