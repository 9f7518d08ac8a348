/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Arrays of blocks that stand on disk only, to be used again: a fast stream would make hundreds of megabytes of garbage a
 * second of them. Safe for several threads.
 */
final class SpareArrays {
    private final long mostBytes;
    private final Deque<byte[]> arrays = new ArrayDeque<>();
    private long bytes;

    SpareArrays(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** An array of at least that length, with anything in it. */
    byte[] take(int length) {
        byte[] spare = poll();
        return spare != null && spare.length >= length ? spare : new byte[length];
    }

    private synchronized byte @Nullable [] poll() {
        byte[] spare = arrays.pollLast();
        bytes -= spare == null ? 0 : spare.length;
        return spare;
    }

    /** The array is not read any more. */
    synchronized void give(byte[] array) {
        if (bytes + array.length <= mostBytes) {
            arrays.addLast(array);
            bytes += array.length;
        }
    }
}
