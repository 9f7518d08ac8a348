/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import java.util.Arrays;
import java.util.function.ToLongFunction;

/**
 * The values of the panes of a window, numbered in the order in which they came. Keys hold numbers: a value that comes is
 * written behind the one before, not into an array for its key, so that it dirties no old memory that a collector then has to
 * look at.
 *
 * <pre>
 *   pane       7         8       9 (newest)
 *   start      40        43      43
 *   values   [ a b c ] [ ]     [ d e ]          end: 45
 * </pre>
 *
 * Numbers are ints that wrap around; only differences of them count. The panes of one length of the window are held, up to
 * the newest; those that are missing are empty. Not thread safe.
 */
final class Arrivals<V> {
    private static final Object[] NONE = {};
    static final long BYTES_A_VALUE = 28; // with its slot
    private static final int FIRST = Integer.MAX_VALUE - 100; // so that numbers that wrap around are nothing rare

    private final Object[][] panes; // a ring; values by their number, from the pane's start
    private final int[] starts;
    private long newestPane = Long.MIN_VALUE;
    private int newest; // where it is in the ring
    private int size; // of the newest pane
    private int held; // in all panes but the newest
    private int found; // where a value was found last: the next is in that pane or in the next one, most often

    /** @param length of the window in panes */
    Arrivals(int length) {
        panes = new Object[length][];
        Arrays.fill(panes, NONE);
        starts = new int[length];
        Arrays.fill(starts, FIRST);
    }

    long newestPane() {
        return newestPane;
    }

    /** Begins a pane that is later than all before. */
    void begin(long pane) {
        panes[newest] = size == 0 ? NONE : Arrays.copyOf(panes[newest], size);
        held += size;
        int end = end();
        long first = Math.max(newestPane, pane - panes.length) + 1;
        for (long number = first; number <= pane; number++) {
            newest = newest + 1 == panes.length ? 0 : newest + 1;
            held -= panes[newest].length;
            panes[newest] = NONE;
            starts[newest] = end;
            size = 0;
        }
        newestPane = pane;
    }

    /** Adds a value to the newest pane. */
    void add(V value) {
        Object[] values = panes[newest];
        if (size == values.length) {
            values = Arrays.copyOf(values, Math.max(8, 2 * size));
            panes[newest] = values;
        }
        values[size++] = value;
    }

    /** The number of the next value. */
    int end() {
        return starts[newest] + size;
    }

    /** The number of the first value of a pane, which is held, or of a later one. */
    int startOf(long pane) {
        return pane > newestPane ? end() : starts[at((int) (newestPane - pane))];
    }

    /** The value with a number, whose pane is held. */
    @SuppressWarnings("unchecked")
    V get(int number) {
        if (!holds(found, number)) {
            found = found + 1 == panes.length ? 0 : found + 1;
            if (!holds(found, number)) {
                found = find(number);
            }
        }
        return (V) panes[found][number - starts[found]];
    }

    private boolean holds(int place, int number) {
        int index = number - starts[place];
        return index >= 0 && index < (place == newest ? size : panes[place].length);
    }

    /** The latest pane that begins with or before a number. */
    private int find(int number) {
        int from = 0;
        int until = panes.length - 1;
        while (from < until) {
            int age = (from + until) >>> 1;
            if (starts[at(age)] - number <= 0) {
                until = age;
            } else {
                from = age + 1;
            }
        }
        return at(from);
    }

    /** The place of the pane that is this much older than the newest. */
    private int at(int age) {
        return newest - age < 0 ? newest - age + panes.length : newest - age;
    }

    /** Returns how many values it holds. */
    int size() {
        return held + size;
    }

    /** Returns what a value takes, by a sample. */
    long valueBytes(ToLongFunction<Object> sizeOf) {
        int step = Math.max(1, size() / WindowContents.SAMPLE);
        long sampled = 0;
        long bytes = 0;
        for (int i = 0; i < size(); i += step) {
            sampled++;
            bytes += sizeOf.applyAsLong(get(end() - 1 - i));
        }
        return sampled == 0 ? 0 : bytes / sampled;
    }

    /** About what it takes, with values as large as a box: each is taken for its own. */
    long bytes() {
        return 2L * Integer.BYTES * panes.length
                + BYTES_A_VALUE * held
                + (long) Integer.BYTES * panes[newest].length
                + (BYTES_A_VALUE - Integer.BYTES) * size;
    }
}
