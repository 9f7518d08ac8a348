/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.error.CodecException;
import dev.millrace.internal.changes.ChangeBlock.Change;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what some runs add up to for many keys at once: from the newest run to the oldest, each in the order of its file, so that
 * a block is read once for all keys that it has, and not at all if its filter knows none of them. To be used again and again. One
 * thread.
 */
public final class RunLookup {
    private byte[][] keys = new byte[64][];
    private int[] from = new int[64];
    private int[] to = new int[64];
    private long[] positions = new long[64];
    private @Nullable Change[] changes = new Change[64]; // null: nothing was found so far
    private boolean[] sorted = new boolean[64];
    private boolean[] again = new boolean[64];
    private long[] arrivals = new long[64];
    private long[] touches = new long[64];
    private byte[][] values = new byte[64][];
    private int size;

    private final EntryReader entries = new EntryReader();
    private final Found found = new Found();
    private byte[] room = new byte[RunWriter.FRAME_BYTES];

    /** The entry found of a key so far. */
    private static final class Found extends RunCursor {
        @Override
        public boolean next() {
            return false;
        }
    }

    /**
     * A key to be looked up, as a part of an array that stays as it is until {@link #clear}.
     *
     * @return its number, from 0 on
     */
    public int add(byte[] array, int keyFrom, int keyTo) {
        return add(RunOrder.position(array, keyFrom, keyTo), array, keyFrom, keyTo);
    }

    /** Adds a key of which the position is known. */
    public int add(long position, byte[] array, int keyFrom, int keyTo) {
        if (size == keys.length) {
            grow(2 * size);
        }
        keys[size] = array;
        from[size] = keyFrom;
        to[size] = keyTo;
        positions[size] = position;
        changes[size] = null;
        return size++;
    }

    private void grow(int capacity) {
        keys = Arrays.copyOf(keys, capacity);
        from = Arrays.copyOf(from, capacity);
        to = Arrays.copyOf(to, capacity);
        positions = Arrays.copyOf(positions, capacity);
        changes = Arrays.copyOf(changes, capacity);
        sorted = Arrays.copyOf(sorted, capacity);
        again = Arrays.copyOf(again, capacity);
        arrivals = Arrays.copyOf(arrivals, capacity);
        touches = Arrays.copyOf(touches, capacity);
        values = Arrays.copyOf(values, capacity);
    }

    /** Forgets the keys and what was found. */
    public void clear() {
        Arrays.fill(keys, 0, size, RunCursor.NOTHING);
        Arrays.fill(values, 0, size, RunCursor.NOTHING);
        size = 0;
    }

    /**
     * Looks all keys up.
     *
     * @param newestFirst all runs of a step, down to the oldest
     * @throws dev.millrace.error.MillraceException if a file cannot be read, or what is read of it is damaged
     */
    public void search(List<Run> newestFirst) {
        int[] open = RunOrder.sorted(positions, size, this::compareKeys);
        int count = size;
        for (Run run : newestFirst) {
            if (count == 0) {
                return;
            }
            search(run.index(), open, count);
            count = keepUnsettled(open, count);
        }
    }

    private int compareKeys(int one, int other) {
        return Arrays.compareUnsigned(keys[one], from[one], to[one], keys[other], from[other], to[other]);
    }

    /** Older runs cannot change what is known of the others. */
    private int keepUnsettled(int[] open, int count) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            Change change = changes[open[i]];
            boolean isSettled = change == Change.REMOVE || change == Change.PUT && again[open[i]];
            if (!isSettled) {
                open[kept++] = open[i];
            }
        }
        return kept;
    }

    private void search(RunIndex index, int[] open, int count) {
        int read = -1;
        int least = 0;
        for (int i = 0; i < count; i++) {
            int key = open[i];
            int block = index.find(positions[key], keys[key], from[key], to[key], least);
            if (block < 0) {
                continue;
            }
            if (block != read) {
                room = index.read(block, room);
                index.begin(entries, block, room);
                read = block;
            }
            least = block;
            try {
                if (comeTo(key)) {
                    meet(key);
                }
            } catch (CodecException e) {
                throw index.damaged(block, e);
            }
        }
    }

    /** Looks for a key in a block from the place of the key before on; if it is not there, that stays the place. */
    private boolean comeTo(int key) {
        int at = entries.at;
        long time = entries.time;
        byte[] array = keys[key];
        while (entries.hasMore()) {
            int entryAt = entries.at;
            long entryTime = entries.time;
            entries.read();
            if (Arrays.equals(entries.keyArray, entries.keyFrom, entries.keyTo, array, from[key], to[key])) {
                entries.at = entryAt; // the same key may be asked for twice
                entries.time = entryTime;
                return true;
            }
        }
        entries.at = at;
        entries.time = time;
        return false;
    }

    private void meet(int key) {
        boolean isOlderValue = true;
        Change change = changes[key];
        if (change == null) {
            found.take(entries);
        } else {
            found.change = change;
            found.sorted = sorted[key];
            found.again = again[key];
            found.arrival = arrivals[key];
            found.touched = touches[key];
            isOlderValue = found.over(entries);
        }
        changes[key] = found.change;
        sorted[key] = found.sorted;
        again[key] = found.again;
        arrivals[key] = found.arrival;
        touches[key] = found.touched;
        if (isOlderValue) {
            values[key] = Arrays.copyOfRange(entries.valueArray, entries.valueFrom, entries.valueTo);
        }
    }

    /** Returns whether the runs have a value of a key. */
    public boolean isFound(int key) {
        return changes[key] == Change.PUT;
    }

    /** Returns whether the sets and maps of a key that was found come back sorted. */
    public boolean isSorted(int key) {
        return sorted[key];
    }

    /** The number of a key that was found, among all that have arrived at the step. */
    public long arrival(int key) {
        return arrivals[key];
    }

    /** The time at which a key that was found was touched. */
    public long touched(int key) {
        return touches[key];
    }

    /** The value of a key that was found, in an array of its own. */
    public byte[] value(int key) {
        return values[key];
    }
}
