/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds and counts a byte, eight at a time. */
public final class ByteScan {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOW = 0x0101_0101_0101_0101L;
    private static final long HIGH = 0x8080_8080_8080_8080L;

    private ByteScan() {}

    public static boolean hasZero(byte[] bytes, int from, int until) {
        return indexOf(bytes, from, until, (byte) 0) >= 0;
    }

    /** The index of the first such byte between {@code from} and {@code until}, or -1. */
    public static int indexOf(byte[] bytes, int from, int until, byte wanted) {
        long pattern = (wanted & 0xff) * LOW;
        int i = from;
        for (; i <= until - Long.BYTES; i += Long.BYTES) {
            long different = (long) LONG.get(bytes, i) ^ pattern; // a byte of 0 is a hit
            long hits = different - LOW & ~different & HIGH; // its lowest bit is right; higher ones may be carries
            if (hits != 0) {
                return i + Long.numberOfTrailingZeros(hits) / Byte.SIZE;
            }
        }
        for (; i < until; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    /** The index of the last such byte between {@code from} and {@code until}, or -1. */
    public static int lastIndexOf(byte[] bytes, int from, int until, byte wanted) {
        long pattern = (wanted & 0xff) * LOW;
        int i = until;
        for (; i >= from + Long.BYTES; i -= Long.BYTES) {
            long hits = exactHits((long) LONG.get(bytes, i - Long.BYTES) ^ pattern);
            if (hits != 0) {
                return i - 1 - Long.numberOfLeadingZeros(hits) / Byte.SIZE;
            }
        }
        while (--i >= from) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    /** The number of such bytes between {@code from} and {@code until}. */
    public static int count(byte[] bytes, int from, int until, byte wanted) {
        long pattern = (wanted & 0xff) * LOW;
        int count = 0;
        int i = from;
        for (; i <= until - Long.BYTES; i += Long.BYTES) {
            count += Long.bitCount(exactHits((long) LONG.get(bytes, i) ^ pattern));
        }
        for (; i < until; i++) {
            count += bytes[i] == wanted ? 1 : 0;
        }
        return count;
    }

    /** The highest bit of each byte that is 0, without the carries that {@link #indexOf} can live with. */
    private static long exactHits(long different) {
        return ~((different & ~HIGH) + ~HIGH | different | ~HIGH);
    }

    /** One more than where the so many-th such byte is; {@code until} if there are fewer. */
    public static int after(byte[] bytes, int from, int until, byte wanted, int occurrences) {
        int at = from;
        for (int i = 0; i < occurrences && at < until; i++) {
            int found = indexOf(bytes, at, until, wanted);
            at = found < 0 ? until : found + 1;
        }
        return at;
    }
}
