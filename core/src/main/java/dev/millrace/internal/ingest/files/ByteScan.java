/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.ingest.files;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Searches for a byte, eight at a time. */
final class ByteScan {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOW = 0x0101_0101_0101_0101L;
    private static final long HIGH = 0x8080_8080_8080_8080L;

    private ByteScan() {}

    static boolean hasZero(byte[] bytes, int from, int until) {
        return indexOf(bytes, from, until, (byte) 0) >= 0;
    }

    /** Where the first such byte is between {@code from} and {@code until}, or -1. */
    static int indexOf(byte[] bytes, int from, int until, byte wanted) {
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
}
