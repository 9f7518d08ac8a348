/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.materialise.ChangeBlock.Change;
import dev.millrace.internal.materialise.ChangeReader;
import dev.millrace.internal.materialise.StateTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What change blocks say of each key in the end, without decoding anything: the blocks as they came, and an index of the
 * places in them that still count, by the bytes of the keys. Some fifty bytes a key beside the blocks; no object a key.
 * Entries are numbered in the order in which their keys first came; a key that was removed and came again has the later
 * place. All that is known of an entry lies side by side, because a look-up costs what it waits for memory. Not thread
 * safe.
 */
final class EncodedChanges {
    private static final int SPREAD = 0x9E3779B9;
    private static final int MIX = 0x85EBCA6B;
    private static final Change[] CHANGES = Change.values();

    // the fields of an entry; a power of two, so that none lies across two cache lines
    private static final int BLOCK = 0;
    private static final int KEY_FROM = 1;
    private static final int KEY_TO = 2;
    private static final int VALUE_FROM = 3;
    private static final int VALUE_TO = 4;
    private static final int TOUCHED = 5; // and the next
    private static final int FIELDS = 8;

    // the field BLOCK: the block's number above its change and whether the key came again
    private static final int BLOCK_SHIFT = 3;
    private static final int CHANGE_MASK = 3;
    private static final int AGAIN = 4;

    private final List<byte[]> blocks = new ArrayList<>();
    private int[] entries = new int[16 * FIELDS];
    private long[] table = new long[32]; // the hash above 1 + the number of the entry; 0 is free
    private int end;
    private long bytes;

    void add(byte[] changeBlock, Schemas schemas) {
        ChangeReader reader = new ChangeReader(changeBlock, schemas);
        blocks.add(changeBlock);
        bytes += changeBlock.length;
        while (reader.next()) {
            add(reader);
        }
    }

    private void add(ChangeReader reader) {
        int hash = hash(reader.block(), reader.keyFrom(), reader.keyTo());
        int slot = slotOf(reader.block(), reader.keyFrom(), reader.keyTo(), hash);
        int entry = (int) table[slot] - 1;
        if (entry < 0) {
            append(reader, hash, slot, false);
        } else if (reader.change() == Change.TOUCH) {
            setTouched(entry, reader.touched());
        } else if (reader.change() == Change.REMOVE) {
            int field = entry * FIELDS + BLOCK;
            entries[field] = entries[field] & ~CHANGE_MASK | Change.REMOVE.ordinal();
        } else if (change(entry) == Change.PUT) {
            place(entry, reader, isAgain(entry));
        } else { // the entry before is found no more
            append(reader, hash, slot, change(entry) == Change.REMOVE);
        }
    }

    private void append(ChangeReader reader, int hash, int slot, boolean isAgain) {
        int free = slot;
        if (end * FIELDS == entries.length) {
            grow();
            free = slotOf(reader.block(), reader.keyFrom(), reader.keyTo(), hash);
        }
        table[free] = (long) hash << Integer.SIZE | end + 1;
        place(end++, reader, isAgain);
    }

    private void place(int entry, ChangeReader reader, boolean isAgain) {
        int first = entry * FIELDS;
        entries[first + BLOCK] = blocks.size() - 1 << BLOCK_SHIFT
                | (isAgain ? AGAIN : 0)
                | reader.change().ordinal();
        entries[first + KEY_FROM] = reader.keyFrom();
        entries[first + KEY_TO] = reader.keyTo();
        entries[first + VALUE_FROM] = reader.valueFrom();
        entries[first + VALUE_TO] = reader.valueTo();
        setTouched(entry, reader.touched());
    }

    private void setTouched(int entry, long touched) {
        entries[entry * FIELDS + TOUCHED] = (int) (touched >>> Integer.SIZE);
        entries[entry * FIELDS + TOUCHED + 1] = (int) touched;
    }

    private void grow() {
        entries = Arrays.copyOf(entries, entries.length * 2);
        long[] before = table;
        table = new long[before.length * 2];
        for (long known : before) {
            if (known != 0) {
                int slot = first((int) (known >>> Integer.SIZE));
                while (table[slot] != 0) {
                    slot = slot + 1 & table.length - 1;
                }
                table[slot] = known;
            }
        }
    }

    private int first(int hash) {
        int spread = hash * SPREAD;
        return (spread ^ spread >>> 15) * MIX >>> Integer.numberOfLeadingZeros(table.length - 1);
    }

    /** The slot that has the key, or is free for it. */
    private int slotOf(byte[] bytes, int from, int to, int hash) {
        for (int slot = first(hash); ; slot = slot + 1 & table.length - 1) {
            long known = table[slot];
            if (known == 0 || (int) (known >>> Integer.SIZE) == hash && has((int) known - 1, bytes, from, to)) {
                return slot;
            }
        }
    }

    private boolean has(int entry, byte[] bytes, int from, int to) {
        return Arrays.equals(block(entry), keyFrom(entry), keyTo(entry), bytes, from, to);
    }

    private static int hash(byte[] bytes, int from, int to) {
        int hash = 1;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash;
    }

    /** The entry that counts for a key, or -1. */
    int find(byte[] bytes, int from, int to) {
        return end == 0 ? -1 : (int) table[slotOf(bytes, from, to, hash(bytes, from, to))] - 1;
    }

    /** One more than the greatest number of an entry. */
    int end() {
        return end;
    }

    Change change(int entry) {
        return CHANGES[entries[entry * FIELDS + BLOCK] & CHANGE_MASK];
    }

    /** Whether the key was removed before, so that it does not stand where it stood. */
    boolean isAgain(int entry) {
        return (entries[entry * FIELDS + BLOCK] & AGAIN) != 0;
    }

    byte[] block(int entry) {
        return blocks.get(entries[entry * FIELDS + BLOCK] >>> BLOCK_SHIFT);
    }

    int keyFrom(int entry) {
        return entries[entry * FIELDS + KEY_FROM];
    }

    int keyTo(int entry) {
        return entries[entry * FIELDS + KEY_TO];
    }

    int valueFrom(int entry) {
        return entries[entry * FIELDS + VALUE_FROM];
    }

    int valueTo(int entry) {
        return entries[entry * FIELDS + VALUE_TO];
    }

    /** When the key was touched, or {@link StateTable#UNTIMED}. */
    long touched(int entry) {
        int first = entry * FIELDS + TOUCHED;
        return (long) entries[first] << Integer.SIZE | entries[first + 1] & 0xFFFFFFFFL;
    }

    /** The blocks, in the order in which they were added. */
    List<byte[]> blocks() {
        return blocks;
    }

    /** About how much memory this takes. */
    long bytes() {
        return bytes + (long) entries.length * Integer.BYTES + (long) table.length * Long.BYTES;
    }
}
