/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of arrival of entries that come in another order, and the order in which they first came. It takes some bytes an
 * entry, and only while a table is restored. Not thread safe.
 */
final class ArrivalOrder {
    private static final int DIGIT_BITS = 11;
    private static final int DIGITS = 1 << DIGIT_BITS;

    /** A number, and twice an index while they are sorted. */
    private static final int BYTES = Long.BYTES + 2 * Integer.BYTES;

    private long[] arrivals = new long[16];
    private int size;
    private boolean isSorted = true;

    void add(long arrival) {
        if (size == arrivals.length) {
            arrivals = Arrays.copyOf(arrivals, size * 2);
        }
        isSorted &= size == 0 || arrivals[size - 1] <= arrival;
        arrivals[size++] = arrival;
    }

    long arrival(int entry) {
        return arrivals[entry];
    }

    void clear() {
        size = 0;
        isSorted = true;
    }

    /** Returns how much memory it takes, with that for sorting. */
    long bytes() {
        return bytesFor(arrivals.length);
    }

    static long bytesFor(int entries) {
        return (long) BYTES * entries;
    }

    /** The entries by their places, in order of arrival; null if they have come so. */
    int @Nullable [] sorted() {
        if (isSorted) {
            return null;
        }
        long least = Arrays.stream(arrivals, 0, size).min().orElse(0);
        long most = Arrays.stream(arrivals, 0, size).max().orElse(0);
        int[] sorted = new int[size];
        Arrays.setAll(sorted, entry -> entry);
        int[] other = new int[size];
        for (int shift = 0; shift < Long.SIZE && most - least >>> shift != 0; shift += DIGIT_BITS) {
            sortByDigit(sorted, other, least, shift);
            int[] before = sorted;
            sorted = other;
            other = before;
        }
        return sorted;
    }

    /** Entries whose digits are equal keep their order, so the digits are taken from the lowest on. */
    private void sortByDigit(int[] from, int[] to, long least, int shift) {
        int[] next = new int[DIGITS + 1];
        for (int entry = 0; entry < size; entry++) {
            next[digit(entry, least, shift) + 1]++;
        }
        Arrays.parallelPrefix(next, Integer::sum);
        for (int entry : from) {
            to[next[digit(entry, least, shift)]++] = entry;
        }
    }

    private int digit(int entry, long least, int shift) {
        return (int) (arrivals[entry] - least >>> shift) & DIGITS - 1;
    }
}
