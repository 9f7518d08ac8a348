/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

/**
 * Sums and counts whole numbers that tasks add; the sum wraps around as a {@code long} does. Take it from {@code
 * MillraceContext.longAccumulator(name)}, or register it.
 */
public final class LongAccumulator extends CountedSum<Long> {
    private long held;

    /** One at zero, not registered yet. */
    public LongAccumulator() {
        super(Long.class);
    }

    /** Like {@link #add(Object)}. */
    public void add(long value) {
        add((Long) value);
    }

    /** The same as {@link #value()}. */
    public long sum() {
        return value();
    }

    @Override
    Long held() {
        return held;
    }

    @Override
    void hold(Number sum) {
        held = sum.longValue();
    }

    @Override
    void plus(Long more) {
        held += more;
    }

    @Override
    public LongAccumulator copy() {
        return copyTo(new LongAccumulator());
    }
}
