/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Collects the values that tasks add, in this process's memory: those of a job in the order of its partitions. Take it from {@code
 * MillraceContext.collectionAccumulator(name)}, or register it. On Spark the values must be serializable.
 *
 * @param <T> the type of the values
 */
public final class CollectionAccumulator<T> extends AccumulatorV2<T, List<T>> {
    private List<T> values = new ArrayList<>();

    /** One without values, not registered yet. */
    public CollectionAccumulator() {}

    @Override
    protected void accumulate(T value) {
        values.add(value);
    }

    /** The values that were added until now, as a list that does not change. In a task they are those of the attempt. */
    @Override
    public List<T> value() {
        CollectionAccumulator<T> here = (CollectionAccumulator<T>) here();
        synchronized (here) {
            return Collections.unmodifiableList(new ArrayList<>(here.values)); // which may have nulls
        }
    }

    /** Replaces the values. In the program. */
    public synchronized void setValue(List<T> newValues) {
        checkNotKept("setValue()");
        values = new ArrayList<>(newValues);
    }

    @Override
    public boolean isZero() {
        return value().isEmpty();
    }

    @Override
    public CollectionAccumulator<T> copy() {
        CollectionAccumulator<T> copy = new CollectionAccumulator<>();
        synchronized (this) {
            copy.values.addAll(values);
        }
        return copy;
    }

    @Override
    public CollectionAccumulator<T> copyAndReset() {
        return new CollectionAccumulator<>();
    }

    @Override
    public synchronized void reset() {
        checkNotKept("reset()");
        values = new ArrayList<>();
    }

    @Override
    public void merge(AccumulatorV2<T, List<T>> other) {
        List<T> added = other.value();
        synchronized (this) {
            values.addAll(added);
        }
    }
}
