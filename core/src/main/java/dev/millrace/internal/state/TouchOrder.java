/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * When each entry of a table was last touched, and the entries in that order: a list that is linked through arrays, so
 * that a touch is a few writes and those that have been idle longest are found without looking at the others. Entries
 * are indices, as the table gives them. Not thread safe.
 */
final class TouchOrder {
    private static final int NONE = -1;
    private static final int UNLINKED = -2;

    private long[] times = new long[8];
    private int[] before = new int[8];
    private int[] after = new int[8];
    private int oldest = NONE;
    private int newest = NONE;
    private int end;
    private boolean isSorted = true;

    /** Adds the entry after the last one; times may come in any order before {@link #sort}, and afterwards only rise. */
    void add(int entry, long time) {
        if (entry >= times.length) {
            int capacity = Math.max(entry + 1, times.length * 2);
            times = Arrays.copyOf(times, capacity);
            before = Arrays.copyOf(before, capacity);
            after = Arrays.copyOf(after, capacity);
        }
        end = entry + 1;
        isSorted &= newest == NONE || times[newest] <= time;
        link(entry, time);
    }

    private void link(int entry, long time) {
        times[entry] = time;
        before[entry] = newest;
        after[entry] = NONE;
        if (newest == NONE) {
            oldest = entry;
        } else {
            after[newest] = entry;
        }
        newest = entry;
    }

    void touch(int entry, long time) {
        unlink(entry);
        link(entry, time);
    }

    void remove(int entry) {
        unlink(entry);
        before[entry] = UNLINKED;
    }

    private void unlink(int entry) {
        if (before[entry] == NONE) {
            oldest = after[entry];
        } else {
            after[before[entry]] = after[entry];
        }
        if (after[entry] == NONE) {
            newest = before[entry];
        } else {
            before[after[entry]] = before[entry];
        }
    }

    long time(int entry) {
        return times[entry];
    }

    long bytes() {
        return (long) times.length * (Long.BYTES + 2 * Integer.BYTES);
    }

    /** The entries that were last touched before {@code limit}, in the order of the table. */
    int[] touchedBefore(long limit) {
        IntStream.Builder idle = IntStream.builder();
        for (int entry = oldest; entry != NONE && (times[entry] < limit || !isSorted); entry = after[entry]) {
            if (times[entry] < limit) {
                idle.add(entry);
            }
        }
        return idle.build().sorted().toArray();
    }

    /** The table has closed its holes: entries that are left have moved up, and kept their order. */
    void closeHoles() {
        int[] moved = new int[end];
        int kept = 0;
        for (int entry = 0; entry < end; entry++) {
            moved[entry] = before[entry] == UNLINKED ? UNLINKED : kept++;
        }
        for (int entry = 0; entry < end; entry++) {
            int target = moved[entry];
            if (target != UNLINKED) {
                times[target] = times[entry];
                before[target] = before[entry] == NONE ? NONE : moved[before[entry]];
                after[target] = after[entry] == NONE ? NONE : moved[after[entry]];
            }
        }
        oldest = oldest == NONE ? NONE : moved[oldest];
        newest = newest == NONE ? NONE : moved[newest];
        end = kept;
    }

    /** The entries that stood at these places are the first, the second, and so on; none was removed. {@link #sort} comes next. */
    void reorder(int[] order) {
        long[] reordered = new long[times.length];
        for (int entry = 0; entry < order.length; entry++) {
            reordered[entry] = times[order[entry]];
        }
        times = reordered;
        isSorted = false;
    }

    /** Puts in order what was added in any order. */
    void sort() {
        if (isSorted) {
            return;
        }
        NavigableMap<Long, IntStream.Builder> byTime = new TreeMap<>(); // far fewer times than entries
        for (int entry = 0; entry < end; entry++) {
            if (before[entry] != UNLINKED) {
                byTime.computeIfAbsent(times[entry], time -> IntStream.builder())
                        .add(entry);
            }
        }
        oldest = NONE;
        newest = NONE;
        byTime.forEach((time, entries) -> entries.build().forEach(entry -> link(entry, time)));
        isSorted = true;
    }
}
