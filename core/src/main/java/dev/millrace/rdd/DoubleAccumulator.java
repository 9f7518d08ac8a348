/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

/**
 * Sums and counts numbers that tasks add; on the embedded engine in the same order in every run, so that the sum is the same to its last
 * digit. Take it from {@code MillraceContext.doubleAccumulator(name)}, or register it.
 */
public final class DoubleAccumulator extends CountedSum<Double> {
    private double held;

    /** One at zero, not registered yet. */
    public DoubleAccumulator() {
        super(Double.class);
    }

    /** Like {@link #add(Object)}. */
    public void add(double value) {
        DoubleAccumulator here = (DoubleAccumulator) here();
        synchronized (here) {
            here.held += value;
            here.count++;
        }
        if (here.keeper() != null) {
            here.tellKeeper(here.keeper(), value);
        }
    }

    @Override
    protected void accumulate(Double value) {
        held += value;
        count++;
    }

    /** The same as {@link #value()}. */
    public double sum() {
        return value();
    }

    @Override
    Double held() {
        return held;
    }

    @Override
    void hold(Number sum) {
        held = sum.doubleValue();
    }

    @Override
    void plus(Double more) {
        held += more;
    }

    @Override
    public synchronized DoubleAccumulator copy() {
        DoubleAccumulator copy = new DoubleAccumulator();
        copy.held = held;
        copy.count = count;
        return copy;
    }
}
