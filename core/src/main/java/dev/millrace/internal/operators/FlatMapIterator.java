/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.function.Function;
import dev.millrace.internal.lineage.BrokenPromise;
import dev.millrace.internal.lineage.Operator;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/** Each record replaced by the records of an iterator; its laziness runs in the user's name too. */
public final class FlatMapIterator<S, T> implements Iterator<T> {
    private final Iterator<S> source;
    private final Function<? super S, ? extends Iterator<? extends T>> function;
    private final Operator operator;
    private Iterator<? extends T> current = Collections.emptyIterator();

    public FlatMapIterator(
            Iterator<S> source, Function<? super S, ? extends Iterator<? extends T>> function, Operator operator) {
        this.source = source;
        this.function = function;
        this.operator = operator;
    }

    @Override
    public boolean hasNext() {
        while (!hasCurrent()) {
            if (!source.hasNext()) {
                return false;
            }
            current = apply(source.next());
        }
        return true;
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        try {
            return BrokenPromise.inIterator(current.next());
        } catch (Throwable e) {
            throw UserCode.failed(operator, e);
        }
    }

    @Override
    public void forEachRemaining(Consumer<? super T> sink) {
        while (hasCurrent()) {
            sink.accept(next());
        }
        source.forEachRemaining(value -> {
            current = apply(value);
            while (hasCurrent()) {
                sink.accept(next());
            }
        });
    }

    private boolean hasCurrent() {
        try {
            return current.hasNext();
        } catch (Throwable e) {
            throw UserCode.failed(operator, e);
        }
    }

    private Iterator<? extends T> apply(S value) {
        try {
            return BrokenPromise.notNull(function.call(value), "return an empty iterator for no records");
        } catch (Throwable e) {
            throw UserCode.failed(operator, e);
        }
    }
}
