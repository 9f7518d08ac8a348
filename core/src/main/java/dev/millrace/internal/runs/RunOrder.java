/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The order of entries in a run: by position, a hash of the bytes of the key that is the same everywhere and for ever, and among
 * keys of one position by their bytes. Positions are unsigned, and spread evenly.
 */
public final class RunOrder {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long FIRST = 0x9E3779B97F4A7C15L;
    static final long SECOND = 0xBF58476D1CE4E5B9L;
    private static final long THIRD = 0x94D049BB133111EBL;

    private static final int DIGIT_BITS = 8;
    private static final int SPREAD_SHIFT = Long.SIZE - 3 * DIGIT_BITS;
    private static final int DIGITS_PAY = 1 << 12; // numbers; fewer are in a cache anyway

    private RunOrder() {}

    /** Compares the bytes of two keys. */
    interface Keys {
        int compare(int one, int other);
    }

    /** Keys of one length up to eight bytes never share a position; of others, only those that were chosen for it. */
    public static long position(byte[] key, int from, int to) {
        long hash = (to - from) * SECOND;
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            hash = mix(hash, (long) LONGS.get(key, at));
        }
        long tail = 0;
        for (; at < to; at++) {
            tail = tail << Byte.SIZE | key[at] & 0xFF;
        }
        return spread(mix(hash, tail));
    }

    static long mix(long hash, long more) {
        long mixed = (hash ^ more) * FIRST;
        return mixed ^ mixed >>> Integer.SIZE;
    }

    /** Another hash of a position, of which any bits are as good as any others. */
    static long spread(long position) {
        long first = (position ^ position >>> 30) * SECOND;
        long second = (first ^ first >>> 27) * THIRD;
        return second ^ second >>> 31;
    }

    /**
     * The numbers of entries in the order of a run.
     *
     * @param positions by number, of which the first {@code count} are looked at
     * @param keys compares two that have the same position
     */
    static int[] sorted(long[] positions, int count, Keys keys) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(count); // the lower ones make room for the number
        long numbers = (1L << bits) - 1;
        long[] packed = new long[count];
        for (int i = 0; i < count; i++) {
            packed[i] = (positions[i] & ~numbers | i) ^ Long.MIN_VALUE;
        }
        packed = sort(packed, count);
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = (int) (packed[i] & numbers);
        }
        for (int from = 0; from < count; ) {
            int to = from + 1;
            while (to < count && (packed[to] | numbers) == (packed[from] | numbers)) {
                to++;
            }
            if (to > from + 1) {
                sortAlike(order, from, to, positions, keys);
            }
            from = to;
        }
        return order;
    }

    /**
     * Sorts numbers whose upper bits are spread evenly: by those digit by digit, which costs the same for each however many there are.
     *
     * @return the numbers in their order, which may be in another array, where nothing stands behind them
     */
    static long[] sort(long[] numbers, int count) {
        if (count < DIGITS_PAY) {
            Arrays.sort(numbers, 0, count);
            return numbers;
        }
        long[] from = numbers;
        long[] to = new long[count];
        for (int shift = SPREAD_SHIFT; shift < Long.SIZE; shift += DIGIT_BITS) {
            sortByDigit(from, to, count, shift);
            long[] sorted = to;
            to = from;
            from = sorted;
        }
        sortRest(from, count);
        return from;
    }

    /** Few have the same digits, unless somebody has made their keys for it. */
    private static void sortRest(long[] numbers, int count) {
        for (int from = 0; from < count; ) {
            int to = from + 1;
            while (to < count && (numbers[from] ^ numbers[to]) >>> SPREAD_SHIFT == 0) {
                to++;
            }
            if (to > from + 1) {
                Arrays.sort(numbers, from, to);
            }
            from = to;
        }
    }

    private static void sortByDigit(long[] from, long[] to, int count, int shift) {
        int[] next = new int[1 << DIGIT_BITS];
        for (int i = 0; i < count; i++) {
            next[digit(from[i], shift)]++;
        }
        int sum = 0;
        for (int digit = 0; digit < next.length; digit++) {
            int many = next[digit];
            next[digit] = sum;
            sum += many;
        }
        for (int i = 0; i < count; i++) {
            to[next[digit(from[i], shift)]++] = from[i];
        }
    }

    private static int digit(long number, int shift) {
        return (int) ((number ^ Long.MIN_VALUE) >>> shift) & (1 << DIGIT_BITS) - 1;
    }

    private static void sortAlike(int[] order, int from, int to, long[] positions, Keys keys) {
        Comparator<Integer> byPosition = (one, other) -> Long.compareUnsigned(positions[one], positions[other]);
        int[] sorted = IntStream.range(from, to)
                .mapToObj(i -> order[i])
                .sorted(byPosition.thenComparing(keys::compare))
                .mapToInt(Integer::intValue)
                .toArray();
        System.arraycopy(sorted, 0, order, from, sorted.length);
    }
}
