/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The files that were seen, in 48 bytes each and an index of at most 12 more. Entries lie densely in chunks, six longs
 * each; the index is an open-addressing table of their numbers, at most two thirds full. Safe for several threads.
 *
 * <pre>
 * entry: high | low | size | batch | stamp, absent since | directory number, round
 * </pre>
 */
final class SeenFiles {
    private static final int FIELDS = 6;
    private static final int CHUNK = 1 << 12;
    private static final int FIRST = 1 << 4;
    private static final int SIZE = 2;
    private static final int BATCH = 3;
    private static final int STAMP = 4;
    private static final int PLACE = 5;
    private static final long CHANGED = 1L << 31; // of the place's lower half; the rest of it is the round
    private static final long ROUND = CHANGED - 1;

    private final List<long[]> chunks = new ArrayList<>();
    private final Map<Long, Integer> directoryNumbers = new HashMap<>();
    private int[] index = new int[16]; // 0: free, else the entry's number + 1
    private int size;

    /** Hears of the entries of a sweep. */
    interface Visitor {
        /** Returns whether to forget the entry. */
        boolean forget(FileKey key, SeenFile file);
    }

    synchronized int size() {
        return size;
    }

    synchronized @Nullable SeenFile get(FileKey key) {
        int entry = find(key);
        return entry < 0 ? null : file(entry);
    }

    /** Like get, and notes that the file was there in {@code round}. */
    synchronized @Nullable SeenFile meet(FileKey key, int round) {
        int entry = find(key);
        if (entry < 0) {
            return null;
        }
        long place = get(entry, PLACE);
        set(entry, PLACE, (place & ~ROUND) | (round & ROUND));
        return file(entry);
    }

    synchronized void put(FileKey key, SeenFile file, int round) {
        int entry = find(key);
        if (entry < 0) {
            entry = add(key);
        }
        set(entry, SIZE, file.size());
        set(entry, BATCH, file.batch());
        set(entry, STAMP, (long) file.stamp() << 32 | file.absentSince() & 0xffff_ffffL);
        long changed = get(entry, PLACE) & CHANGED;
        set(entry, PLACE, (long) number(key.directory()) << 32 | changed | round & ROUND);
    }

    /** Notes that the file is not what was read; false if that was noted before. */
    synchronized boolean noteChange(FileKey key) {
        int entry = find(key);
        if (entry < 0 || (get(entry, PLACE) & CHANGED) != 0) {
            return false;
        }
        set(entry, PLACE, get(entry, PLACE) | CHANGED);
        return true;
    }

    /** Shows the files of directories that were not met in {@code round}. */
    synchronized void sweep(Collection<Long> directories, int round, Visitor visitor) {
        BitSet numbers = new BitSet();
        Map<Integer, Long> byNumber = new HashMap<>();
        for (long directory : directories) {
            Integer number = directoryNumbers.get(directory);
            if (number != null) {
                numbers.set(number);
                byNumber.put(number, directory);
            }
        }
        for (int entry = size - 1; entry >= 0; entry--) { // downwards: the last takes the place of a forgotten one
            long place = get(entry, PLACE);
            if ((place & ROUND) != (round & ROUND) && numbers.get((int) (place >>> 32))) {
                long directory = Objects.requireNonNull(byNumber.get((int) (place >>> 32)));
                if (visitor.forget(new FileKey(directory, get(entry, 0), get(entry, 1)), file(entry))) {
                    remove(entry);
                }
            }
        }
    }

    private int add(FileKey key) {
        if (2L * index.length < 3L * (size + 1)) {
            rehash();
        }
        makeRoom();
        int entry = size++;
        set(entry, 0, key.high());
        set(entry, 1, key.low());
        set(entry, PLACE, 0);
        enter(entry);
        return entry;
    }

    /** The last chunk begins small: most streams see few files, and a program may have a thousand streams. */
    private void makeRoom() {
        int last = chunks.size() - 1;
        if (size == chunks.size() * CHUNK) {
            chunks.add(new long[FIRST * FIELDS]);
        } else if (size % CHUNK * FIELDS == chunks.get(last).length) {
            chunks.set(last, Arrays.copyOf(chunks.get(last), 2 * chunks.get(last).length));
        }
    }

    private void enter(int entry) {
        int slot = slotOf(get(entry, 0));
        while (index[slot] != 0) {
            slot = slot + 1 & index.length - 1;
        }
        index[slot] = entry + 1;
    }

    private void rehash() {
        index = new int[index.length * 2];
        for (int entry = 0; entry < size; entry++) {
            enter(entry);
        }
    }

    private int slotOf(long high) {
        return (int) high & index.length - 1; // a fingerprint is as good as random
    }

    private int find(FileKey key) {
        for (int slot = slotOf(key.high()); index[slot] != 0; slot = slot + 1 & index.length - 1) {
            int entry = index[slot] - 1;
            if (get(entry, 0) == key.high() && get(entry, 1) == key.low()) {
                return entry;
            }
        }
        return -1;
    }

    private void remove(int entry) {
        free(entry);
        int last = size - 1;
        if (entry != last) {
            int slot = slotHolding(last);
            for (int field = 0; field < FIELDS; field++) {
                set(entry, field, get(last, field));
            }
            index[slot] = entry + 1;
        }
        size--;
        if (size == (chunks.size() - 1) * CHUNK) {
            chunks.remove(chunks.size() - 1);
        }
    }

    private int slotHolding(int entry) {
        int slot = slotOf(get(entry, 0));
        while (index[slot] != entry + 1) {
            slot = slot + 1 & index.length - 1;
        }
        return slot;
    }

    /** Frees the entry's slot, and moves those after it up, so that no search ends too early. */
    private void free(int entry) {
        int mask = index.length - 1;
        int hole = slotHolding(entry);
        for (int slot = hole + 1 & mask; index[slot] != 0; slot = slot + 1 & mask) {
            int home = slotOf(get(index[slot] - 1, 0));
            if ((slot - home & mask) >= (slot - hole & mask)) {
                index[hole] = index[slot];
                hole = slot;
            }
        }
        index[hole] = 0;
    }

    private int number(long directory) {
        Integer known = directoryNumbers.get(directory);
        if (known == null) {
            known = directoryNumbers.size();
            directoryNumbers.put(directory, known);
        }
        return known;
    }

    private SeenFile file(int entry) {
        long stamp = get(entry, STAMP);
        return new SeenFile(get(entry, SIZE), (int) (stamp >> 32), get(entry, BATCH), (int) stamp);
    }

    private long get(int entry, int field) {
        return chunks.get(entry / CHUNK)[entry % CHUNK * FIELDS + field];
    }

    private void set(int entry, int field, long value) {
        chunks.get(entry / CHUNK)[entry % CHUNK * FIELDS + field] = value;
    }
}
