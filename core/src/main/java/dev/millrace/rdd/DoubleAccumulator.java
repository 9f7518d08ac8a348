/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

/**
 * Sums and counts numbers that tasks add; on the embedded engine in the same order in every run, so that the sum is the same to its last
 * digit. Take it from {@code MillraceContext.doubleAccumulator(name)}, or register it.
 */
public final class DoubleAccumulator extends AccumulatorV2<Double, Double> {
    private double sum;
    private long count;

    /** One at zero, not registered yet. */
    public DoubleAccumulator() {}

    /** Like {@link #add(Object)}. */
    public void add(double value) {
        DoubleAccumulator here = (DoubleAccumulator) here();
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
        if (!(storedSum instanceof Double number)) {
            return false;
        }
        sum = number;
        count = storedCount;
        return true;
    }

    @Override
    protected void accumulate(Double value) {
        sum += value;
        count++;
    }

    /** The sum of what was added; 0 if nothing was. In a task it is what the attempt has added. */
    public double sum() {
        return here().value();
    }

    /** How many values were added. */
    public long count() {
        DoubleAccumulator here = (DoubleAccumulator) here();
        synchronized (here) {
            return here.count;
        }
    }

    /** The sum divided by the count; not a number if nothing was added. */
    public double avg() {
        DoubleAccumulator here = (DoubleAccumulator) here();
        synchronized (here) {
            return here.sum / here.count;
        }
    }

    /** The same as {@link #sum()}. */
    @Override
    public Double value() {
        DoubleAccumulator here = (DoubleAccumulator) here();
        synchronized (here) {
            return here.sum;
        }
    }

    /** Replaces the sum; the count stays. In the program. */
    public synchronized void setValue(Double value) {
        checkNotKept("setValue()");
        sum = value;
    }

    /** Returns whether nothing was added; values that add up to 0 are something. */
    @Override
    public boolean isZero() {
        return count() == 0 && value() == 0;
    }

    @Override
    public synchronized DoubleAccumulator copy() {
        DoubleAccumulator copy = new DoubleAccumulator();
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
    public void merge(AccumulatorV2<Double, Double> other) {
        DoubleAccumulator added = ((DoubleAccumulator) other).copy();
        synchronized (this) {
            sum += added.sum;
            count += added.count;
        }
    }
}
