/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** Several partitions one after the other, each opened when its turn comes. */
public final class ConcatIterator<T> implements Iterator<T>, AutoCloseable {
    private final IntFunction<Iterator<T>> open;
    private final int until;
    private int index;
    private Iterator<T> current = java.util.Collections.emptyIterator();

    public ConcatIterator(int from, int until, IntFunction<Iterator<T>> open) {
        this.index = from;
        this.until = until;
        this.open = open;
    }

    @Override
    public boolean hasNext() {
        while (!current.hasNext()) {
            if (index == until) {
                return false;
            }
            current = open.apply(index++);
        }
        return true;
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return current.next();
    }

    @Override
    public void forEachRemaining(Consumer<? super T> sink) {
        current.forEachRemaining(sink);
        while (index < until) {
            open.apply(index++).forEachRemaining(sink);
        }
    }

    /** Closes the partition that is being read, if it can be closed. */
    @Override
    public void close() throws Exception {
        if (current instanceof AutoCloseable resource) {
            resource.close();
        }
    }
}
