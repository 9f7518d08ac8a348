/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.ChangeBlock.Change;
import dev.millrace.internal.changes.ChangeReader;
import dev.millrace.internal.changes.RawBlock;
import dev.millrace.internal.codec.ByteSource;
import dev.millrace.internal.codec.Schemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Change blocks merged by key without decoding: the blocks as they came, and an index of the places in them that still count, by the
 * bytes of the keys. Some twenty bytes a key beside the blocks, so that the
 * processor's cache holds much of it; no object a key. Entries are numbered in the order in which their keys first came; a
 * key that was removed and came again has the later place. Not thread safe.
 */
final class EncodedChanges {
    private static final Change[] CHANGES = Change.values();

    // an entry: the block's number, whether the key came again, the change; below that, where in the block its key
    // stands
    private static final int BLOCK_SHIFT = 35;
    private static final long AGAIN = 1L << 34;
    private static final int CHANGE_SHIFT = 32;
    private static final long CHANGE_MASK = 3L << CHANGE_SHIFT;

    private final List<byte[]> blocks = new ArrayList<>();
    private final EntryRun run = new EntryRun();
    private long[] entries = new long[16];
    private int[] hashes = new int[16];
    private long @Nullable [] touched; // only if the time of one is kept

    /** The upper bits of a key's hash give its first slot; a slot has the rest above 1 + the entry's number, 0 is free. */
    private int[] table = new int[32];

    private int numberBits = Integer.numberOfTrailingZeros(table.length);
    private int end;
    private long blockBytes;

    @SuppressWarnings("unused") // written, so that prefetching is not optimised away
    private int prefetched;

    void add(byte[] block, Schemas schemas) {
        ChangeReader reader = new ChangeReader(block, schemas);
        blocks.add(block);
        blockBytes += block.length;
        while (run.fill(reader)) {
            prefetch(run);
            for (int i = 0; i < run.size(); i++) {
                add(run, i);
            }
        }
    }

    private void add(EntryRun from, int i) {
        int slot = slotOf(from, i);
        int entry = number(table[slot]);
        if (entry < 0) {
            append(from, i, slot, false);
        } else if (from.change[i] == Change.TOUCH) {
            setTouched(entry, from.touched[i]);
        } else if (from.change[i] == Change.REMOVE) {
            entries[entry] = (entries[entry] & ~CHANGE_MASK) | ((long) Change.REMOVE.ordinal() << CHANGE_SHIFT);
        } else if (change(entry) == Change.PUT) {
            place(entry, from, i, isAgain(entry));
        } else { // the entry before is found no more
            append(from, i, slot, change(entry) == Change.REMOVE);
        }
    }

    private void append(EntryRun from, int i, int slot, boolean isAgain) {
        int free = slot;
        if (end == entries.length) {
            grow();
            free = slotOf(from, i);
        }
        hashes[end] = from.hash[i];
        table[free] = rest(from.hash[i]) | (end + 1);
        place(end++, from, i, isAgain);
    }

    private void place(int entry, EntryRun from, int i, boolean isAgain) {
        entries[entry] = ((long) (blocks.size() - 1) << BLOCK_SHIFT)
                | (isAgain ? AGAIN : 0)
                | ((long) from.change[i].ordinal() << CHANGE_SHIFT)
                | from.keyStart[i];
        setTouched(entry, from.touched[i]);
    }

    private void setTouched(int entry, long time) {
        if (touched == null && time != ChangeBlock.UNTIMED) {
            touched = new long[entries.length];
            Arrays.fill(touched, ChangeBlock.UNTIMED);
        }
        if (touched != null) {
            touched[entry] = time;
        }
    }

    private void grow() {
        entries = Arrays.copyOf(entries, entries.length * 2);
        hashes = Arrays.copyOf(hashes, entries.length);
        touched = touched == null ? null : Arrays.copyOf(touched, entries.length);
        int[] before = table;
        int bitsBefore = numberBits;
        table = new int[before.length * 2];
        numberBits++;
        for (int slotBefore : before) {
            int entry = number(slotBefore, bitsBefore);
            if (entry >= 0) {
                int slot = first(hashes[entry]);
                while (table[slot] != 0) {
                    slot = (slot + 1) & (table.length - 1);
                }
                table[slot] = rest(hashes[entry]) | (entry + 1);
            }
        }
    }

    private int first(int hash) {
        return hash >>> (Integer.SIZE - numberBits);
    }

    private int rest(int hash) {
        return hash << numberBits;
    }

    /** Of the entry that a slot holds; -1 if it is free. */
    private int number(int slotValue) {
        return number(slotValue, numberBits);
    }

    private static int number(int slotValue, int bits) {
        return (slotValue & ((1 << bits) - 1)) - 1;
    }

    /**
     * Reads what looking these keys up will read, one kind at a time: no read depends on the one before, so the processor
     * waits for many at once. Waits for memory were most of the time of a fold.
     */
    private void prefetch(EntryRun keys) {
        int seen = 0;
        for (int i = 0; i < keys.size(); i++) {
            seen += table[first(keys.hash[i])];
        }
        for (int i = 0; i < keys.size(); i++) {
            int entry = number(table[first(keys.hash[i])]);
            seen += entry < 0 ? 0 : (int) entries[entry];
        }
        for (int i = 0; i < keys.size(); i++) {
            int entry = number(table[first(keys.hash[i])]);
            seen += entry < 0 ? 0 : block(entry)[keyStart(entry)];
        }
        prefetched = seen;
    }

    /** The slot that has the key, or is free for it. */
    private int slotOf(EntryRun keys, int i) {
        int hash = keys.hash[i];
        int rest = rest(hash);
        for (int slot = first(hash); ; slot = (slot + 1) & (table.length - 1)) {
            int found = table[slot];
            if (found == 0 || ((found ^ rest) >>> numberBits == 0 && has(number(found), keys, i))) {
                return slot;
            }
        }
    }

    /** Compares the keys with their lengths. */
    private boolean has(int entry, EntryRun keys, int i) {
        byte[] block = block(entry);
        int from = keyStart(entry);
        int to = from + keys.keyTo[i] - keys.keyStart[i];
        return to <= block.length && Arrays.equals(block, from, to, keys.block(), keys.keyStart[i], keys.keyTo[i]);
    }

    /** The same in new blocks, without what counts no more, which is most of it where few keys change often. */
    EncodedChanges compacted(Schemas schemas, int blockBytes) {
        EncodedChanges compacted = new EncodedChanges();
        RawBlock open = new RawBlock(schemas);
        for (int entry = 0; entry < end; entry++) {
            copy(entry, open);
            if (open.size() >= blockBytes || entry == end - 1) {
                compacted.add(open.take(), schemas);
            }
        }
        return compacted;
    }

    private void copy(int entry, RawBlock to) {
        byte[] block = block(entry);
        ByteSource source = new ByteSource(block, keyStart(entry), block.length);
        int keyLength = source.readSize();
        int key = source.position();
        source.skip(keyLength);
        switch (change(entry)) {
            case TOUCH -> to.touch(block, key, key + keyLength, touched(entry));
            case REMOVE -> to.remove(Arrays.copyOfRange(block, key, key + keyLength));
            case PUT -> {
                int valueLength = source.readSize();
                int value = source.position();
                boolean sorted = ChangeBlock.isSorted(block, keyStart(entry));
                to.put(block, key, key + keyLength, sorted, block, value, value + valueLength, touched(entry));
            }
        }
    }

    /** The entry that counts for each of the keys, or -1. */
    void find(EntryRun keys, int[] found) {
        prefetch(keys);
        for (int i = 0; i < keys.size(); i++) {
            found[i] = number(table[slotOf(keys, i)]);
        }
    }

    /** One more than the greatest number of an entry. */
    int end() {
        return end;
    }

    Change change(int entry) {
        return CHANGES[(int) ((entries[entry] & CHANGE_MASK) >>> CHANGE_SHIFT)];
    }

    /** Returns whether the key was removed before, so that it does not stand where it stood. */
    boolean isAgain(int entry) {
        return (entries[entry] & AGAIN) != 0;
    }

    byte[] block(int entry) {
        return blocks.get((int) (entries[entry] >>> BLOCK_SHIFT));
    }

    /** The place of the key of an entry in its block, with its length before it; its value, if it is put, comes after. */
    int keyStart(int entry) {
        return (int) entries[entry];
    }

    /** When the key was touched, or {@link ChangeBlock#UNTIMED}. */
    long touched(int entry) {
        return touched == null ? ChangeBlock.UNTIMED : touched[entry];
    }

    /** The blocks, in the order in which they were added. */
    List<byte[]> blocks() {
        return blocks;
    }

    /** About how much memory this takes. */
    long bytes() {
        return blockBytes
                + (long) (Long.BYTES + Integer.BYTES) * entries.length
                + (touched == null ? 0 : (long) Long.BYTES * touched.length)
                + (long) Integer.BYTES * table.length;
    }
}
