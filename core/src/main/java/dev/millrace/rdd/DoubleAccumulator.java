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
        add((Double) value);
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
    public DoubleAccumulator copy() {
        return copyTo(new DoubleAccumulator());
    }
}
