/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Tells whether some of many encoded keys are equal, in bounded memory. It keeps 128 bits of a SHA-256 of each key. When there
 * are more keys than it has room for, each pass over all of them looks only at those whose hashes fall into its share.
 */
final class DistinctKeys {
    private static final int WORDS = 2; // of a hash that are kept
    private static final int HEAP_PART = 16;
    private static final int MOST_SLOTS = 1 << 24;

    private final MessageDigest digest = sha256();
    private final long[] slots;
    private final int mostKeys;
    private final Deque<Share> later = new ArrayDeque<>();
    private Share share = new Share(0, 0);
    private int keys; // in the slots

    /** The hashes that end in these bits. */
    private record Share(int length, long bits) {
        boolean has(long hash) {
            return (hash & ((1L << length) - 1)) == bits;
        }

        Share half(long bit) {
            return new Share(length + 1, bits | bit << length);
        }
    }

    DistinctKeys() {
        this(Runtime.getRuntime().maxMemory() / HEAP_PART);
    }

    /** @param bytes how much memory it may take */
    DistinctKeys(long bytes) {
        int most = (int) Math.min(MOST_SLOTS, Math.max(bytes / (WORDS * Long.BYTES), 16));
        slots = new long[WORDS * Integer.highestOneBit(most)];
        mostKeys = slots.length / WORDS / 2;
    }

    /** Takes a key; false if it has taken an equal one. In each pass all keys are given. */
    boolean add(byte[] key) {
        ByteBuffer hash = ByteBuffer.wrap(digest.digest(key));
        long first = hash.getLong() | 1; // 0 is a free slot
        long second = hash.getLong();
        while (keys == mostKeys && share.has(second)) {
            halve();
        }
        return !share.has(second) || insert(first, second);
    }

    private boolean insert(long first, long second) {
        int mask = slots.length - 1;
        int at = (int) (first >>> Integer.SIZE) * WORDS & mask;
        for (; slots[at] != 0; at = (at + WORDS) & mask) {
            if (slots[at] == first && slots[at + 1] == second) {
                return false;
            }
        }
        slots[at] = first;
        slots[at + 1] = second;
        keys++;
        return true;
    }

    /** There is no room for the share of this pass: a later pass looks at one half of it. */
    private void halve() {
        later.push(share.half(1));
        share = share.half(0);
        long[] before = slots.clone();
        clear();
        for (int at = 0; at < before.length; at += WORDS) {
            if (before[at] != 0 && share.has(before[at + 1])) {
                insert(before[at], before[at + 1]);
            }
        }
    }

    private void clear() {
        Arrays.fill(slots, 0);
        keys = 0;
    }

    /** Ends a pass; returns whether all keys are to be given once more. */
    boolean needsAnotherPass() {
        if (later.isEmpty()) {
            return false;
        }
        share = later.pop();
        clear();
        return true;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("each Java platform has SHA-256", e);
        }
    }
}
