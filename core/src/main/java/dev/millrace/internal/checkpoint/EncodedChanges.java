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
 * places in them that still count, by the bytes of the keys. Some thirty bytes a key beside the blocks; no object a key.
 * Entries are numbered in the order in which their keys first came; a key that was removed and came again has the later
 * place. Not thread safe.
 */
final class EncodedChanges {
    private static final int SPREAD = 0x9E3779B9;
    private static final int MIX = 0x85EBCA6B;
    private static final int ENTRY_BYTES = 4 * 5 + 8 + 1 + 8;

    private final List<byte[]> blocks = new ArrayList<>();
    private int[] block = new int[16];
    private int[] keyFrom = new int[16];
    private int[] keyTo = new int[16];
    private int[] valueFrom = new int[16];
    private int[] valueTo = new int[16];
    private int[] hashes = new int[16];
    private long[] touched = new long[16];
    private Change[] changes = new Change[16];
    private boolean[] again = new boolean[16];
    private int[] table = new int[32]; // 1 + number of the entry; 0 is free
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
        int entry = table[slot] - 1;
        if (entry < 0) {
            append(reader, hash, slot, false);
        } else if (reader.change() == Change.TOUCH) {
            touched[entry] = reader.touched();
        } else if (reader.change() == Change.REMOVE) {
            changes[entry] = Change.REMOVE;
        } else if (changes[entry] == Change.PUT) {
            place(entry, reader);
        } else { // the entry before is found no more
            append(reader, hash, slot, changes[entry] == Change.REMOVE);
        }
    }

    private void append(ChangeReader reader, int hash, int slot, boolean isAgain) {
        if (end == block.length) {
            grow();
            append(reader, hash, slotOf(reader.block(), reader.keyFrom(), reader.keyTo(), hash), isAgain);
            return;
        }
        hashes[end] = hash;
        again[end] = isAgain;
        table[slot] = end + 1;
        place(end++, reader);
    }

    private void place(int entry, ChangeReader reader) {
        block[entry] = blocks.size() - 1;
        keyFrom[entry] = reader.keyFrom();
        keyTo[entry] = reader.keyTo();
        valueFrom[entry] = reader.valueFrom();
        valueTo[entry] = reader.valueTo();
        touched[entry] = reader.touched();
        changes[entry] = reader.change();
    }

    private void grow() {
        int capacity = block.length * 2;
        block = Arrays.copyOf(block, capacity);
        keyFrom = Arrays.copyOf(keyFrom, capacity);
        keyTo = Arrays.copyOf(keyTo, capacity);
        valueFrom = Arrays.copyOf(valueFrom, capacity);
        valueTo = Arrays.copyOf(valueTo, capacity);
        hashes = Arrays.copyOf(hashes, capacity);
        touched = Arrays.copyOf(touched, capacity);
        changes = Arrays.copyOf(changes, capacity);
        again = Arrays.copyOf(again, capacity);
        int[] before = table;
        table = new int[capacity * 2];
        for (int entry : before) {
            if (entry != 0) {
                int slot = first(hashes[entry - 1]);
                while (table[slot] != 0) {
                    slot = slot + 1 & table.length - 1;
                }
                table[slot] = entry;
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
            int entry = table[slot] - 1;
            if (entry < 0
                    || hashes[entry] == hash
                            && Arrays.equals(blocks.get(block[entry]), keyFrom[entry], keyTo[entry], bytes, from, to)) {
                return slot;
            }
        }
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
        return end == 0 ? -1 : table[slotOf(bytes, from, to, hash(bytes, from, to))] - 1;
    }

    /** One more than the greatest number of an entry. */
    int end() {
        return end;
    }

    Change change(int entry) {
        return changes[entry];
    }

    /** Whether the key was removed before, so that it does not stand where it stood. */
    boolean isAgain(int entry) {
        return again[entry];
    }

    byte[] block(int entry) {
        return blocks.get(block[entry]);
    }

    int keyFrom(int entry) {
        return keyFrom[entry];
    }

    int keyTo(int entry) {
        return keyTo[entry];
    }

    int valueFrom(int entry) {
        return valueFrom[entry];
    }

    int valueTo(int entry) {
        return valueTo[entry];
    }

    /** When the key was touched, or {@link StateTable#UNTIMED}. */
    long touched(int entry) {
        return touched[entry];
    }

    /** The blocks, in the order in which they were added. */
    List<byte[]> blocks() {
        return blocks;
    }

    /** About how much memory this takes. */
    long bytes() {
        return bytes + (long) block.length * (ENTRY_BYTES + 2 * Integer.BYTES);
    }
}
