/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.ChangeBlock.Change;
import java.util.Arrays;

/**
 * Goes through keyed entries in the order of a run, each key once; no object an entry. The arrays that it gives are not changed
 * afterwards, so that parts of them stay what they are when it goes on. One thread.
 */
public abstract class RunCursor implements AutoCloseable {
    static final byte[] NOTHING = {};
    private static final int MOST_IN_A_LOOP = 32;

    protected long position;
    protected Change change = Change.PUT;
    protected boolean sorted;
    protected boolean again;
    protected long arrival;
    protected long touched = ChangeBlock.UNTIMED;
    protected byte[] keyArray = NOTHING;
    protected int keyFrom;
    protected int keyTo;
    protected byte[] valueArray = NOTHING;
    protected int valueFrom;
    protected int valueTo;
    protected long place = -1;
    int source;

    protected RunCursor() {}

    /**
     * Comes to the next entry; false at the end.
     *
     * @throws dev.millrace.error.MillraceException if a file cannot be read, or is damaged
     */
    public abstract boolean next();

    /** The change that the entry makes to what older runs have of its key. */
    public final Change change() {
        return change;
    }

    /** Returns whether the sets and maps of the key come back sorted. */
    public final boolean isSorted() {
        return sorted;
    }

    /** Returns whether the key was removed before, so that it does not stand where it stood in older runs. */
    public final boolean isAgain() {
        return again;
    }

    /** The number of an entry that is put, among all that have arrived at the step. */
    public final long arrival() {
        return arrival;
    }

    /** The time at which the key was touched, or {@link ChangeBlock#UNTIMED}. */
    public final long touched() {
        return touched;
    }

    /** The array that has the bytes of the key. */
    public final byte[] keyArray() {
        return keyArray;
    }

    /** The place of the first byte of the key. */
    public final int keyFrom() {
        return keyFrom;
    }

    /** One behind the last byte of the key. */
    public final int keyTo() {
        return keyTo;
    }

    /** The array that has the bytes of the value, if it is put. */
    public final byte[] valueArray() {
        return valueArray;
    }

    /** The place of the first byte of the value. */
    public final int valueFrom() {
        return valueFrom;
    }

    /** One behind the last byte of the value. */
    public final int valueTo() {
        return valueTo;
    }

    /** The place of the entry that has the value in its file, for {@link RunPlaces#at}; -1 if it is in none. */
    public final long place() {
        return place;
    }

    /** The number of the cursor that had the value, in a merge. */
    public final int source() {
        return source;
    }

    final boolean hasKeyOf(RunCursor other) {
        return position == other.position && hasBytesOfKeyOf(other);
    }

    final boolean hasBytesOfKeyOf(RunCursor other) {
        int length = keyTo - keyFrom;
        return length == other.keyTo - other.keyFrom
                && areEqual(keyArray, keyFrom, other.keyArray, other.keyFrom, length);
    }

    /** Compares so many bytes; false if the other array ends before. Most keys are short, and a loop compares these faster than a call. */
    static boolean areEqual(byte[] one, int from, byte[] other, int otherFrom, int length) {
        if (otherFrom + length > other.length) {
            return false;
        }
        if (length > MOST_IN_A_LOOP) {
            return Arrays.equals(one, from, from + length, other, otherFrom, otherFrom + length);
        }
        for (int i = 0; i < length; i++) {
            if (one[from + i] != other[otherFrom + i]) {
                return false;
            }
        }
        return true;
    }

    /** Compares the places of two entries in the order of a run. */
    final int compare(RunCursor other) {
        int byPosition = Long.compareUnsigned(position, other.position);
        return byPosition != 0
                ? byPosition
                : Arrays.compareUnsigned(keyArray, keyFrom, keyTo, other.keyArray, other.keyFrom, other.keyTo);
    }

    /** Moves to the entry of another cursor. */
    final void take(RunCursor from) {
        position = from.position;
        change = from.change;
        sorted = from.sorted;
        again = from.again;
        arrival = from.arrival;
        touched = from.touched;
        keyArray = from.keyArray;
        keyFrom = from.keyFrom;
        keyTo = from.keyTo;
        valueArray = from.valueArray;
        valueFrom = from.valueFrom;
        valueTo = from.valueTo;
        place = from.place;
    }

    /**
     * Becomes what this entry and an older one of the same key add up to; the table is in {@link RunMerge}.
     *
     * @return whether the value is that of the older one
     */
    final boolean over(RunCursor older) {
        if (change == Change.PUT && !again) {
            putOver(older);
        } else if (change == Change.TOUCH && older.change != Change.TOUCH) {
            long newer = touched;
            take(older);
            touched = change == Change.PUT ? newer : touched;
            return true;
        }
        return false;
    }

    private void putOver(RunCursor older) {
        if (older.change == Change.PUT) {
            arrival = older.arrival;
            again = older.again;
            sorted = older.sorted; // a table keeps the key that came first
        } else {
            again = older.change == Change.REMOVE;
        }
    }

    @Override
    public void close() {}
}
