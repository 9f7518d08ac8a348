/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import dev.millrace.error.MillraceException;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The sequences of several parts one after the other. Each is opened when its turn comes and, if it can be closed, closed at its
 * end; so are the parts at theirs, and what all sequences read from.
 */
public final class ConcatIterator<T> implements Iterator<T>, AutoCloseable {
    private final Function<Object, Iterator<T>> open;
    private final AutoCloseable shared;
    private Iterator<Object> rest;
    private Iterator<T> current = Collections.emptyIterator();

    /** @param open gives the sequence of one of the parts */
    public <P> ConcatIterator(Iterator<P> parts, Function<P, ? extends Iterator<? extends T>> open) {
        this(parts, open, () -> {});
    }

    /** @param shared closed at the end, and by {@link #close} */
    @SuppressWarnings("unchecked") // parts are given to this function alone, and iterators only give
    public <P> ConcatIterator(
            Iterator<P> parts, Function<P, ? extends Iterator<? extends T>> open, AutoCloseable shared) {
        this.rest = (Iterator<Object>) parts;
        this.open = (Function<Object, Iterator<T>>) (Function<?, ?>) open;
        this.shared = shared;
    }

    @Override
    public boolean hasNext() {
        while (!current.hasNext()) {
            if (!goOn()) {
                return false;
            }
        }
        return true;
    }

    /** Goes on to the next sequence; returns false at the end. */
    private boolean goOn() {
        if (!rest.hasNext()) {
            close();
            return false;
        }
        closeIfPossible(current);
        current = Collections.emptyIterator(); // opening the next one may fail
        current = open.apply(rest.next());
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
        do {
            current.forEachRemaining(sink);
        } while (goOn());
    }

    /** Closes what is open; there are no elements any more. */
    @Override
    public void close() {
        Iterator<T> last = current;
        Iterator<Object> left = rest;
        rest = Collections.emptyIterator();
        current = Collections.emptyIterator();
        try {
            closeIfPossible(last);
            closeIfPossible(left);
        } finally {
            closeIfPossible(shared);
        }
    }

    private static void closeIfPossible(Object part) {
        if (part instanceof AutoCloseable resource) {
            try {
                resource.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new MillraceException("what was read cannot be closed: " + e, e);
            }
        }
    }
}
