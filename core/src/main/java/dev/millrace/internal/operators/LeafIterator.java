/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.error.RefusedException;
import dev.millrace.internal.lineage.CountedIterator;
import dev.millrace.internal.lineage.Operator;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The records of a leaf: counts them, and looks from time to time whether the task was cancelled. Where data enters, it also
 * refuses records that are null.
 */
public final class LeafIterator<T> implements CountedIterator<T> {
    private static final long CHECK_MASK = 1023;

    private final Iterator<T> source;
    private final TaskScope scope;
    private final @Nullable Operator entry;
    private long count;

    /** @param entry through which data enters, or null if it was read before */
    LeafIterator(Iterator<T> source, TaskScope scope, @Nullable Operator entry) {
        this.source = source;
        this.scope = scope;
        this.entry = entry;
    }

    @Override
    public boolean hasNext() {
        return source.hasNext();
    }

    @Override
    public T next() {
        T value = source.next();
        counted(value);
        return value;
    }

    @Override
    public void forEachRemaining(Consumer<? super T> sink) {
        source.forEachRemaining(value -> {
            counted(value);
            sink.accept(value);
        });
    }

    @Override
    public long passOver() {
        long passed = source instanceof CountedIterator<T> counted ? counted.passOver() : 0;
        count += passed;
        return passed;
    }

    private void counted(@Nullable T value) {
        if (value == null && entry != null) {
            throw new RefusedException(entry + " gives a record that is null, in partition " + scope.partitionId()
                    + "; a record is never null, so leave it out of the data");
        }
        if ((++count & CHECK_MASK) == 0) {
            scope.checkCancelled();
        }
    }

    /** The number of records that were read so far. */
    long count() {
        return count;
    }
}
