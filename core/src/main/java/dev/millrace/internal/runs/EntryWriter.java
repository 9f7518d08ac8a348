/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.ChangeBlock.Change;
import java.util.Arrays;

/** Puts entries one behind the other into an array. docs/formats/runs.md. One thread. */
final class EntryWriter {
    static final int CHANGE = 3;
    static final int SORTED = 1 << 2;
    static final int AGAIN = 1 << 3;
    static final int TIMED = 1 << 4;
    static final int SAME_TIME = 1 << 5;

    /** No entry begins with this or more. */
    static final int UNKNOWN = 1 << 6;

    /** The most that an entry has besides its key and its value. */
    static final int MOST_BESIDES = 1 + 4 * 10;

    private byte[] array;
    private int size;
    private long time;

    EntryWriter(int room) {
        array = new byte[room];
    }

    /** The bytes written; they are written over after {@link #clear}. */
    byte[] array() {
        return array;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
        time = 0;
    }

    /** The entry that a cursor has come to. */
    void write(RunCursor entry) {
        boolean timed = entry.touched != ChangeBlock.UNTIMED;
        boolean isPut = entry.change == Change.PUT;
        int key = entry.keyTo - entry.keyFrom;
        int value = isPut ? entry.valueTo - entry.valueFrom : 0;
        ensure(Math.addExact(Math.addExact(key, value), MOST_BESIDES));
        array[size++] = (byte) (entry.change.ordinal()
                | (entry.sorted ? SORTED : 0)
                | (entry.again ? AGAIN : 0)
                | (timed ? TIMED : 0)
                | (timed && entry.touched == time ? SAME_TIME : 0));
        if (timed && entry.touched != time) {
            long delta = entry.touched - time;
            writeNumber(delta << 1 ^ delta >> Long.SIZE - 1);
            time = entry.touched;
        }
        writeNumber(key);
        copy(entry.keyArray, entry.keyFrom, key);
        if (isPut) {
            writeNumber(entry.arrival);
            writeNumber(value);
            copy(entry.valueArray, entry.valueFrom, value);
        }
    }

    private void copy(byte[] from, int at, int length) {
        System.arraycopy(from, at, array, size, length);
        size += length;
    }

    private void writeNumber(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            array[size++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        array[size++] = (byte) rest;
    }

    private void ensure(int more) {
        if (more > array.length - size) {
            int least = Math.addExact(size, more);
            array = Arrays.copyOf(array, Math.max(least, (int) Math.min(Integer.MAX_VALUE - 16, 2L * array.length)));
        }
    }
}
