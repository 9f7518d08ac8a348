/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import org.jspecify.annotations.Nullable;

/**
 * Says of which records the size is to be estimated: of the first, and then of one for each so many bytes, so that small
 * records cost almost nothing and large ones are noticed in time. A large object to which several of the records refer counts
 * once. One thread.
 */
public final class Sampler {
    private static final int BYTES = 1 << 17;
    private static final int MOST = 1024;

    private int left = 1;
    private int interval = 1;
    private long sampled;
    private long bytes;
    private final KnownObjects known = new KnownObjects();

    /** Counts the next record, and returns whether it is one of the sample, whose size is to be added. */
    public boolean isDue() {
        return --left == 0;
    }

    /** The number of records for which the one that is due stands. */
    public int interval() {
        return interval;
    }

    /** Takes the size of a record, which takes some bytes where it is held. */
    public void add(long slot, @Nullable Object value) {
        sampled++;
        bytes += slot + SizeEstimate.of(value, known);
    }

    /** Adds the sizes of a key and a value together. */
    public void add(long slot, @Nullable Object key, @Nullable Object value) {
        add(slot + SizeEstimate.of(key, known), value);
    }

    /** About the size of the next record: its own, or that of the records so far if its own takes long to find. */
    public long sizeOf(@Nullable Object value) {
        long scalar = SizeEstimate.ofScalar(value);
        if (scalar >= 0) {
            return scalar < ObjectWalk.LARGE ? scalar : SizeEstimate.of(value, known);
        }
        if (isDue()) {
            add(0, value);
            next();
        }
        return mean();
    }

    /** Chooses the next record of the sample; called after each one that was due. */
    public void next() {
        interval = (int) Math.max(1, Math.min(MOST, BYTES / Math.max(1, mean())));
        left = interval;
    }

    /** The mean size of the records so far. */
    public long mean() {
        return sampled == 0 ? 0 : bytes / sampled;
    }
}
