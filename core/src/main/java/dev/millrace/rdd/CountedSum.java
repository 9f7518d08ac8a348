/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

/**
 * The half of the accumulators of numbers that does not know how they are added.
 *
 * @param <N> the type of the numbers
 */
abstract sealed class CountedSum<N extends Number> extends AccumulatorV2<N, N>
        permits LongAccumulator, DoubleAccumulator {
    /** Of the values that were added; under the lock of this object. */
    long count;

    private final Class<N> type;

    CountedSum(Class<N> type) {
        this.type = type;
    }

    /** The sum, or what is to be it; under the lock of this object. */
    abstract N held();

    abstract void hold(Number sum);

    /** Adds to the sum; under the lock of this object. */
    abstract void plus(N more);

    @Override
    protected final void accumulate(N value) {
        plus(value);
        count++;
    }

    final synchronized <S extends CountedSum<N>> S copyTo(S copy) {
        copy.hold(held());
        copy.count = count;
        return copy;
    }

    private CountedSum<N> where() {
        return (CountedSum<N>) here();
    }

    /** The number of values that were added. */
    public long count() {
        CountedSum<N> where = where();
        synchronized (where) {
            return where.count;
        }
    }

    /** The sum divided by the count; not a number if nothing was added. */
    public double avg() {
        CountedSum<N> where = where();
        synchronized (where) {
            return where.held().doubleValue() / where.count;
        }
    }

    /** The sum of what was added; 0 if nothing was. In a task it is what the attempt has added. */
    @Override
    public N value() {
        CountedSum<N> where = where();
        synchronized (where) {
            return where.held();
        }
    }

    /** Replaces the sum; the count stays. In the program. */
    public synchronized void setValue(N value) {
        checkNotKept("setValue()");
        hold(value);
    }

    /** Returns whether nothing was added; values that add up to 0 are something. */
    @Override
    public boolean isZero() {
        return count() == 0 && value().doubleValue() == 0;
    }

    @Override
    public synchronized void reset() {
        checkNotKept("reset()");
        hold(0);
        count = 0;
    }

    @Override
    public void merge(AccumulatorV2<N, N> other) {
        CountedSum<N> added = (CountedSum<N>) other.copy();
        synchronized (this) {
            plus(added.held());
            count += added.count;
        }
    }

    @Override
    boolean restore(Object sum, long storedCount) {
        if (!type.isInstance(sum)) {
            return false;
        }
        hold(type.cast(sum));
        count = storedCount;
        return true;
    }
}
