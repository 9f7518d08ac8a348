/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.ChangeBlock.Change;
import java.util.Arrays;

/**
 * Entries in memory that are to become a run: found by key, and numbered in the order in which they came. A later change of a
 * key takes the place of the earlier one, under a new number. No byte of it is ever written over, so a reader that has begun goes
 * on. One thread changes it; any number read it, while it does not change.
 */
public final class RunEntries {
    private static final int ENTRY_BYTES = 3 * Long.BYTES + 5 * Integer.BYTES + 1;
    private static final int SORTED = 4; // above the number of the change
    private static final int AGAIN = 8;
    private static final byte REPLACED = -1;
    private static final Change[] CHANGES = Change.values();

    private long[] positions = new long[16];
    private long[] arrivals = new long[16];
    private long[] touches = new long[16];
    private int[] keyFrom = new int[16];
    private int[] keyTo = new int[16];
    private int[] valueFrom = new int[16];
    private int[] valueTo = new int[16];
    private byte[] kinds = new byte[16];
    private int[] hashes = new int[16]; // under a secret, because anybody can make keys of one position
    private int[] slots = new int[32]; // by the upper bits of the hash; 1 + the number of the entry, or 0
    private int shift = Integer.SIZE - 5;
    private int end;
    private int keys;
    private byte[] bytes = new byte[1 << 10];
    private int used;

    /** Returns how many keys there are. */
    public int size() {
        return keys;
    }

    /** One more than the greatest number. */
    public int end() {
        return end;
    }

    /** The bytes of memory that it takes; an empty one counts nothing. */
    public long bytes() {
        return end == 0 ? 0 : bytes.length + (long) ENTRY_BYTES * kinds.length + (long) Integer.BYTES * slots.length;
    }

    /** About how many bytes the entries have, with those that were replaced. */
    public long content() {
        return used + 2L * Long.BYTES * end;
    }

    /** Returns whether no later change of the key has taken its place. */
    public boolean isCurrent(int entry) {
        return kinds[entry] != REPLACED;
    }

    /** The change of an entry that is current. */
    public Change change(int entry) {
        return CHANGES[kinds[entry] & SORTED - 1];
    }

    /** Returns whether sets and maps of its key come back sorted. */
    public boolean isSorted(int entry) {
        return (kinds[entry] & SORTED) != 0;
    }

    /** Returns whether the entry stands for itself, whatever older runs have of the key. */
    public boolean isAgain(int entry) {
        return (kinds[entry] & AGAIN) != 0;
    }

    public long arrival(int entry) {
        return arrivals[entry];
    }

    public long touched(int entry) {
        return touches[entry];
    }

    /** The array in which keys and values stand. */
    public byte[] array() {
        return bytes;
    }

    public int keyFrom(int entry) {
        return keyFrom[entry];
    }

    public int keyTo(int entry) {
        return keyTo[entry];
    }

    public int valueFrom(int entry) {
        return valueFrom[entry];
    }

    public int valueTo(int entry) {
        return valueTo[entry];
    }

    /** The number of the entry of a key, or -1. */
    public int find(byte[] key, int from, int to) {
        return slots[slot(KeyHash.of(key, from, to), key, from, to)] - 1;
    }

    /** The slot that a key has, or would have. */
    private int slot(int hash, byte[] key, int from, int to) {
        int mask = slots.length - 1;
        int slot = hash >>> shift;
        while (slots[slot] != 0 && !isOf(slots[slot] - 1, hash, key, from, to)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private boolean isOf(int entry, int hash, byte[] key, int from, int to) {
        return hashes[entry] == hash && Arrays.equals(bytes, keyFrom[entry], keyTo[entry], key, from, to);
    }

    /**
     * Puts a key.
     *
     * @param again whether the entry stands for itself, whatever older runs have of the key
     */
    public void put(byte[] key, boolean sorted, boolean again, byte[] value, long arrival, long touched) {
        int entry = add(key, Change.PUT, touched);
        kinds[entry] |= (byte) ((sorted ? SORTED : 0) | (again ? AGAIN : 0));
        arrivals[entry] = arrival;
        valueFrom[entry] = append(value);
        valueTo[entry] = used;
    }

    /** Notes a touch of a key whose value stays as it is, here or in an older run. */
    public void touch(byte[] key, long touched) {
        int before = find(key, 0, key.length);
        if (before < 0 || change(before) == Change.TOUCH) {
            add(key, Change.TOUCH, touched);
        } else if (change(before) == Change.PUT) {
            byte kind = kinds[before];
            int entry = add(key, Change.PUT, touched);
            kinds[entry] = kind;
            arrivals[entry] = arrivals[before];
            valueFrom[entry] = valueFrom[before];
            valueTo[entry] = valueTo[before];
        }
    }

    public void remove(byte[] key) {
        add(key, Change.REMOVE, ChangeBlock.UNTIMED);
    }

    private int add(byte[] key, Change change, long touched) {
        if (end == kinds.length) {
            grow();
        }
        int hash = KeyHash.of(key, 0, key.length);
        int slot = slot(hash, key, 0, key.length);
        int before = slots[slot] - 1;
        if (before < 0) {
            keyFrom[end] = append(key);
            keyTo[end] = used;
            positions[end] = RunOrder.position(key, 0, key.length);
            keys++;
        } else {
            positions[end] = positions[before];
            keyFrom[end] = keyFrom[before];
            keyTo[end] = keyTo[before];
            kinds[before] = REPLACED;
        }
        hashes[end] = hash;
        touches[end] = touched;
        kinds[end] = (byte) change.ordinal();
        slots[slot] = ++end;
        return end - 1;
    }

    private int append(byte[] added) {
        if (added.length > bytes.length - used) {
            int least = Math.addExact(used, added.length);
            bytes = Arrays.copyOf(bytes, Math.max(least, (int) Math.min(1 << 30, 2L * bytes.length)));
        }
        System.arraycopy(added, 0, bytes, used, added.length);
        used += added.length;
        return used - added.length;
    }

    private void grow() {
        int capacity = 2 * end;
        positions = Arrays.copyOf(positions, capacity);
        arrivals = Arrays.copyOf(arrivals, capacity);
        touches = Arrays.copyOf(touches, capacity);
        keyFrom = Arrays.copyOf(keyFrom, capacity);
        keyTo = Arrays.copyOf(keyTo, capacity);
        valueFrom = Arrays.copyOf(valueFrom, capacity);
        valueTo = Arrays.copyOf(valueTo, capacity);
        kinds = Arrays.copyOf(kinds, capacity);
        slots = new int[2 * capacity];
        hashes = Arrays.copyOf(hashes, capacity);
        shift = Integer.SIZE - Integer.numberOfTrailingZeros(slots.length);
        int mask = slots.length - 1;
        for (int entry = 0; entry < end; entry++) {
            if (isCurrent(entry)) {
                int slot = hashes[entry] >>> shift;
                while (slots[slot] != 0) {
                    slot = (slot + 1) & mask;
                }
                slots[slot] = entry + 1;
            }
        }
    }

    /** The entries in the order of a run. */
    public RunCursor sorted() {
        long[] current = new long[keys];
        int[] numbers = new int[keys];
        int count = 0;
        for (int entry = 0; entry < end; entry++) {
            if (isCurrent(entry)) {
                numbers[count] = entry;
                current[count++] = positions[entry];
            }
        }
        int[] order = RunOrder.sorted(
                current,
                count,
                (one, other) -> Arrays.compareUnsigned(
                        bytes,
                        keyFrom[numbers[one]],
                        keyTo[numbers[one]],
                        bytes,
                        keyFrom[numbers[other]],
                        keyTo[numbers[other]]));
        for (int i = 0; i < count; i++) {
            order[i] = numbers[order[i]];
        }
        return new Cursor(order);
    }

    private final class Cursor extends RunCursor {
        private final int[] order;
        private int next;

        Cursor(int[] order) {
            this.order = order;
        }

        @Override
        public boolean next() {
            if (next == order.length) {
                return false;
            }
            int entry = order[next++];
            position = positions[entry];
            change = RunEntries.this.change(entry);
            sorted = RunEntries.this.isSorted(entry);
            again = RunEntries.this.isAgain(entry);
            arrival = arrivals[entry];
            touched = touches[entry];
            keyArray = bytes;
            keyFrom = RunEntries.this.keyFrom[entry];
            keyTo = RunEntries.this.keyTo[entry];
            valueArray = bytes;
            valueFrom = RunEntries.this.valueFrom[entry];
            valueTo = RunEntries.this.valueTo[entry];
            return true;
        }
    }
}
