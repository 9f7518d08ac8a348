/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.changes.ChangeBlock.Change;
import dev.millrace.internal.runs.Run;
import dev.millrace.internal.runs.RunEntries;
import dev.millrace.internal.runs.RunLookup;
import java.util.Arrays;
import java.util.List;

/** Encoded keys that are looked up together in a partition on disk: in what has changed recently, then in its runs. One thread. */
final class KeySearch {
    /** So many keys share the reading of blocks, and what they find takes little memory. */
    static final int MOST = 4096;

    private static final int NONE = -1;

    private final RunEntries recent;
    private final List<Run> runs; // the newest first
    private final RunLookup lookup = new RunLookup();
    private int[] recentEntries = new int[16];
    private int[] numbers = new int[16]; // in the look-up
    private byte[][] arrays = new byte[16][];
    private int[] froms = new int[16];
    private int[] tos = new int[16];
    private int size;

    KeySearch(RunEntries recent, List<Run> runs) {
        this.recent = recent;
        this.runs = runs;
    }

    int size() {
        return size;
    }

    /** Adds a key, whose array is not changed before {@link #clear}, and tells its number. */
    int add(byte[] array, int from, int to) {
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * size);
            recentEntries = Arrays.copyOf(recentEntries, 2 * size);
            arrays = Arrays.copyOf(arrays, 2 * size);
            froms = Arrays.copyOf(froms, 2 * size);
            tos = Arrays.copyOf(tos, 2 * size);
        }
        arrays[size] = array;
        froms[size] = from;
        tos[size] = to;
        int entry = recent.find(array, from, to);
        recentEntries[size] = entry;
        numbers[size] = entry < 0 || isOpen(entry) ? lookup.add(array, from, to) : NONE;
        return size++;
    }

    /** Returns whether runs have more to say of a key than its recent entry. */
    private boolean isOpen(int entry) {
        return recent.change(entry) == Change.TOUCH
                || recent.change(entry) == Change.PUT
                        && !recent.isAgain(entry); // the first key tells whether it is sorted
    }

    private boolean isRecent(int key) {
        return recentEntries[key] >= 0 && recent.change(recentEntries[key]) == Change.PUT;
    }

    void search() {
        lookup.search(runs);
    }

    /** Returns whether the key has an entry. */
    boolean found(int key) {
        return isRecent(key) || numbers[key] != NONE && lookup.isFound(numbers[key]);
    }

    long arrival(int key) {
        return isRecent(key) ? recent.arrival(recentEntries[key]) : lookup.arrival(numbers[key]);
    }

    long touched(int key) {
        return recentEntries[key] < 0 ? lookup.touched(numbers[key]) : recent.touched(recentEntries[key]);
    }

    byte[] keyArray(int key) {
        return arrays[key];
    }

    int keyFrom(int key) {
        return froms[key];
    }

    int keyTo(int key) {
        return tos[key];
    }

    boolean isSorted(int key) {
        return numbers[key] != NONE && lookup.isFound(numbers[key])
                ? lookup.isSorted(numbers[key])
                : recent.isSorted(recentEntries[key]);
    }

    byte[] valueArray(int key) {
        return isRecent(key) ? recent.array() : lookup.value(numbers[key]);
    }

    int valueFrom(int key) {
        return isRecent(key) ? recent.valueFrom(recentEntries[key]) : 0;
    }

    int valueTo(int key) {
        return isRecent(key) ? recent.valueTo(recentEntries[key]) : lookup.value(numbers[key]).length;
    }

    void clear() {
        lookup.clear();
        Arrays.fill(arrays, 0, size, null);
        size = 0;
    }
}
