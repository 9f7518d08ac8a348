/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

/** Sums and counts whole numbers that tasks add. Take it from {@code MillraceContext.longAccumulator(name)}, or register it. */
public final class LongAccumulator extends AccumulatorV2<Long, Long> {
    private long sum;
    private long count;

    /** One at zero, not registered yet. */
    public LongAccumulator() {}

    /** Like {@link #add(Object)}. */
    public void add(long value) {
        LongAccumulator here = (LongAccumulator) here();
        synchronized (here) {
            here.sum += value;
            here.count++;
        }
        if (here.keeper() != null) {
            here.tellKeeper(here.keeper(), value);
        }
    }

    @Override
    boolean restore(Object storedSum, long storedCount) {
        if (!(storedSum instanceof Long number)) {
            return false;
        }
        sum = number;
        count = storedCount;
        return true;
    }

    @Override
    protected void accumulate(Long value) {
        sum += value;
        count++;
    }

    /** The sum of what was added; 0 if nothing was. It wraps around as a {@code long} does. In a task it is what the attempt has added. */
    public long sum() {
        return here().value();
    }

    /** How many values were added. */
    public long count() {
        LongAccumulator here = (LongAccumulator) here();
        synchronized (here) {
            return here.count;
        }
    }

    /** The sum divided by the count; not a number if nothing was added. */
    public double avg() {
        LongAccumulator here = (LongAccumulator) here();
        synchronized (here) {
            return (double) here.sum / here.count;
        }
    }

    /** The same as {@link #sum()}. */
    @Override
    public Long value() {
        LongAccumulator here = (LongAccumulator) here();
        synchronized (here) {
            return here.sum;
        }
    }

    /** Replaces the sum; the count stays. In the program. */
    public synchronized void setValue(Long value) {
        checkNotKept("setValue()");
        sum = value;
    }

    /** Returns whether nothing was added; values that add up to 0 are something. */
    @Override
    public boolean isZero() {
        return count() == 0 && value() == 0;
    }

    @Override
    public synchronized LongAccumulator copy() {
        LongAccumulator copy = new LongAccumulator();
        copy.sum = sum;
        copy.count = count;
        return copy;
    }

    @Override
    public synchronized void reset() {
        checkNotKept("reset()");
        sum = 0;
        count = 0;
    }

    @Override
    public void merge(AccumulatorV2<Long, Long> other) {
        LongAccumulator added = ((LongAccumulator) other).copy();
        synchronized (this) {
            sum += added.sum;
            count += added.count;
        }
    }
}
