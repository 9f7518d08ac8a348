/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.internal.lineage.BrokenPromise;
import dev.millrace.internal.lineage.Operator;
import java.util.Iterator;

/** A partition run through a function of its records; errors of the returned iterator are the user's as well. */
public final class PartitionIterator<T> implements Iterator<T> {
    private final Iterator<? extends T> records;
    private final Operator operator;

    private PartitionIterator(Iterator<? extends T> records, Operator operator) {
        this.records = records;
        this.operator = operator;
    }

    /** Runs the function of a whole partition, or of several. */
    @FunctionalInterface
    public interface Opener<T> {
        Iterator<? extends T> open() throws Exception;
    }

    public static <T> Iterator<T> of(Opener<T> function, Operator operator) {
        try {
            return new PartitionIterator<>(
                    BrokenPromise.notNull(function.open(), "return an empty iterator for no records"), operator);
        } catch (Throwable e) {
            throw UserCode.failed(operator, e);
        }
    }

    @Override
    public boolean hasNext() {
        try {
            return records.hasNext();
        } catch (Throwable e) {
            throw UserCode.failed(operator, e);
        }
    }

    @Override
    public T next() {
        try {
            return BrokenPromise.inIterator(records.next());
        } catch (Throwable e) {
            throw UserCode.failed(operator, e);
        }
    }
}
