/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

/**
 * Says of which records the size is to be estimated: of the first, and then of one for each so many bytes, so that small
 * records cost almost nothing and large ones are noticed in time. One thread.
 */
public final class Sampler {
    private static final int BYTES = 1 << 17;
    private static final int MOST = 1024;

    private int left = 1;
    private int interval = 1;
    private long sampled;
    private long bytes;

    /** Comes to the next record, and tells whether it is due. */
    public boolean isDue() {
        return --left == 0;
    }

    /** Whether the record that it came to is due. */
    public boolean isNow() {
        return left == 0;
    }

    /** How many records the one that is due stands for. */
    public int interval() {
        return interval;
    }

    /** Takes the size of a record. */
    public void add(long size) {
        sampled++;
        bytes += size;
    }

    /** After a record that was due. */
    public void next() {
        interval = (int) Math.max(1, Math.min(MOST, BYTES / Math.max(1, mean())));
        left = interval;
    }

    /** The mean size of the records so far. */
    public long mean() {
        return sampled == 0 ? 0 : bytes / sampled;
    }
}
