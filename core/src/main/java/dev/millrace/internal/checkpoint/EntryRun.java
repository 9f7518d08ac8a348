/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.changes.ChangeBlock.Change;
import dev.millrace.internal.changes.ChangeReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * Some entries of a change block that follow each other: where each stands in it, and the hash of its key. To be filled
 * again and again. With many keys known at once, what looking them up waits for in memory is waited for together.
 */
final class EntryRun {
    /** So many that what they touch stays in a cache near the core. */
    static final int ROOM = 1024;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MIX = 0x9E3779B97F4A7C15L;

    /** Unknown outside, so that nobody can choose keys that collide. */
    private static final long SECRET = new SecureRandom().nextLong();

    // a column each, by the number of the entry
    final Change[] change = new Change[ROOM];
    final int[] keyStart = new int[ROOM]; // where the length of the key stands, which is before the key
    final int[] keyFrom = new int[ROOM];
    final int[] keyTo = new int[ROOM];
    final int[] valueFrom = new int[ROOM];
    final int[] valueTo = new int[ROOM];
    final long[] touched = new long[ROOM];
    final int[] hash = new int[ROOM]; // of the bytes of the key
    private byte[] block = {};
    private int size;

    /** Takes the next entries of a block; false if there are none. */
    boolean fill(ChangeReader reader) {
        block = reader.block();
        size = 0;
        while (size < ROOM && reader.next()) {
            change[size] = reader.change();
            keyStart[size] = reader.keyStart();
            keyFrom[size] = reader.keyFrom();
            keyTo[size] = reader.keyTo();
            valueFrom[size] = reader.valueFrom();
            valueTo[size] = reader.valueTo();
            touched[size] = reader.touched();
            hash[size] = hash(block, reader.keyFrom(), reader.keyTo());
            size++;
        }
        return size > 0;
    }

    /** Takes eight bytes at a time; the upper bits are spread well. It is kept nowhere, so it may change. */
    private static int hash(byte[] bytes, int from, int to) {
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

    int size() {
        return size;
    }

    byte[] block() {
        return block;
    }
}
