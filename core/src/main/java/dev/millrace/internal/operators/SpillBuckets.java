/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.internal.codec.ContentHash;
import org.jspecify.annotations.Nullable;

/** Buckets to which keys go that find no room, by their hash; those of a bucket that is too large go to buckets of the next level. */
public final class SpillBuckets {
    private static final int BITS = 4;

    /** The number of buckets of each level. */
    public static final int COUNT = 1 << BITS;

    /** The number of levels; at the last one a bucket stays in memory. */
    public static final int MOST_LEVELS = 32 / BITS;

    private SpillBuckets() {}

    /**
     * Other bits at each level, and other bits than those that tables use; below the first level they come from a hash under a secret, so
     * that keys cannot be chosen to collide: those would be written once a level and stay together.
     */
    public static int of(@Nullable Object key, int keyHash, int level) {
        int hash = level == 0 ? keyHash : ContentHash.of(key);
        int mixed = (hash ^ hash >>> 16) * 0x85EBCA6B;
        mixed = (mixed ^ mixed >>> 13) * 0xC2B2AE35;
        return (mixed ^ mixed >>> 16) >>> BITS * level & COUNT - 1;
    }
}
