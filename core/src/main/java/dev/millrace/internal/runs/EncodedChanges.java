/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.ChangeReader;
import dev.millrace.internal.codec.Schemas;
import java.util.Arrays;

/**
 * Change blocks as they came, and one number for each change: the upper bits of the position of its key, and below them where it stands in all
 * blocks one behind the other. Nothing is looked up while changes come. When they are {@link #sorted}, those of a key
 * stand together, in the order in which they came. Not thread safe.
 */
public final class EncodedChanges {
    /** An entry that is put has five bytes at least, so numbers by so many bytes are different. */
    private static final int BYTES_A_NUMBER = 4;

    private static final int BYTES_A_CHANGE = 2 * Long.BYTES; // with what sorting takes
    private static final int RUN_OVERHEAD = 256; // what a run has beside its entries

    private final ChangeParts parts = new ChangeParts();
    private long[] order = new long[16];
    private int end;
    private boolean isSorted = true;
    private int addressBits;
    private long bytes;

    public EncodedChanges() {
        this(30); // 34 are left for the position
    }

    /** @param addressBits how many bits tell where a change stands, as long as that is enough */
    EncodedChanges(int addressBits) {
        this.addressBits = addressBits;
    }

    /**
     * Adds the changes of a block, which are newer than those so far.
     *
     * @param schemas those that the block names are added to them
     */
    public void add(byte[] block, Schemas schemas) {
        ChangeReader reader = new ChangeReader(block, schemas);
        while (bytes + block.length > 1L << addressBits) {
            widenAddresses();
        }
        long time = ChangeBlock.UNTIMED;
        boolean begun = false;
        while (reader.next()) {
            if (!begun || reader.time() != time) {
                time = reader.time();
                begun = true;
                parts.add(block, bytes, reader.keyStart(), time);
            }
            add(RunOrder.position(block, reader.keyFrom(), reader.keyTo()), bytes + reader.keyStart());
        }
        bytes += block.length;
    }

    private void add(long position, long address) {
        if (end == order.length) {
            order = Arrays.copyOf(order, 2 * end);
        }
        order[end++] = (position ^ Long.MIN_VALUE) & -1L << addressBits | address; // sorted as signed numbers
        isSorted = false;
    }

    private void widenAddresses() {
        long addresses = (1L << addressBits++) - 1;
        for (int i = 0; i < end; i++) {
            order[i] = order[i] & -1L << addressBits | order[i] & addresses;
        }
        isSorted = end == 0;
    }

    /**
     * For each key what its changes add up to, in the order of a run; nothing may be added while it is gone through.
     *
     * @param firstArrival the least that an arrival can be; that of changes behind these is {@link #numbers} more
     */
    public RunCursor sorted(long firstArrival) {
        sort();
        return new SortedChanges(this, firstArrival);
    }

    private void sort() {
        if (!isSorted) {
            order = RunOrder.sort(order, end);
            isSorted = true;
        }
    }

    /** About how many bytes of a run they become. */
    public long runBytes() {
        if (isEmpty()) {
            return 0;
        }
        sort();
        long keys = 1;
        for (int i = 1; i < end; i++) {
            keys += isAlike(i - 1, i) ? 0 : 1;
        }
        return RUN_OVERHEAD + (long) ((double) bytes / end * keys);
    }

    public boolean isEmpty() {
        return end == 0;
    }

    /** More than all their numbers, by which they are in the order in which they came. */
    public long numbers() {
        return bytes / BYTES_A_NUMBER + 1;
    }

    static long number(long address) {
        return address / BYTES_A_NUMBER;
    }

    /** About how much memory this takes, and will take when it is sorted. */
    public long bytes() {
        return bytes + (long) BYTES_A_CHANGE * order.length + parts.bytes();
    }

    /** The number of changes. */
    int end() {
        return end;
    }

    /** Returns whether the upper bits of the positions of two changes are the same. */
    boolean isAlike(int one, int other) {
        return (order[one] ^ order[other]) >>> addressBits == 0;
    }

    /** The address of the change that has a place in the order. */
    long address(int at) {
        return order[at] & (1L << addressBits) - 1;
    }

    /** Has other changes stand from a place of the order on, of which the upper bits of the positions are the same. */
    void reorder(int from, long[] addresses) {
        for (int i = 0; i < addresses.length; i++) {
            order[from + i] = order[from + i] & -1L << addressBits | addresses[i];
        }
    }

    ChangeParts parts() {
        return parts;
    }
}
