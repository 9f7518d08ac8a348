/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.internal.lineage.CountedIterator;
import java.util.Iterator;
import java.util.function.Consumer;

/** The records of a leaf: counts them, and looks from time to time whether the task was cancelled. */
public final class LeafIterator<T> implements CountedIterator<T> {
    private static final long CHECK_MASK = 1023;

    private final Iterator<T> source;
    private final TaskScope scope;
    private long count;

    public LeafIterator(Iterator<T> source, TaskScope scope) {
        this.source = source;
        this.scope = scope;
    }

    @Override
    public boolean hasNext() {
        return source.hasNext();
    }

    @Override
    public T next() {
        T value = source.next();
        counted();
        return value;
    }

    @Override
    public void forEachRemaining(Consumer<? super T> sink) {
        source.forEachRemaining(value -> {
            counted();
            sink.accept(value);
        });
    }

    @Override
    public long passOver() {
        long passed = source instanceof CountedIterator<T> counted ? counted.passOver() : 0;
        count += passed;
        return passed;
    }

    private void counted() {
        if ((++count & CHECK_MASK) == 0) {
            scope.checkCancelled();
        }
    }

    /** The number of records that were read so far. */
    long count() {
        return count;
    }
}
