/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/** A hash of the bytes of a key for tables in memory, under a secret, so that nobody can choose keys that collide. */
final class KeyHash {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MIX = 0x9E3779B97F4A7C15L;
    private static final long SECRET = new SecureRandom().nextLong();

    private KeyHash() {}

    /** Takes eight bytes at a time; the upper bits are spread well. It is kept nowhere, so it may change. */
    static int of(byte[] bytes, int from, int to) {
        long hash = SECRET ^ (to - from);
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            hash = mix(hash, (long) LONGS.get(bytes, at));
        }
        long tail = 0;
        for (; at < to; at++) {
            tail = tail << Byte.SIZE | bytes[at] & 0xFF;
        }
        return (int) (mix(hash, tail) >>> Integer.SIZE);
    }

    private static long mix(long hash, long more) {
        long mixed = (hash ^ more) * MIX;
        return (mixed ^ mixed >>> Integer.SIZE) * MIX;
    }
}
