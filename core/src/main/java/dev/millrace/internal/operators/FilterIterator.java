/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.function.Function;
import dev.millrace.internal.lineage.BrokenPromise;
import dev.millrace.internal.lineage.Operator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The records for which a predicate holds. */
public final class FilterIterator<T> implements Iterator<T> {
    private final Iterator<T> source;
    private final Function<? super T, Boolean> predicate;
    private final Operator operator;
    private boolean ready;
    private @Nullable T next;

    public FilterIterator(Iterator<T> source, Function<? super T, Boolean> predicate, Operator operator) {
        this.source = source;
        this.predicate = predicate;
        this.operator = operator;
    }

    @Override
    public boolean hasNext() {
        while (!ready && source.hasNext()) {
            T value = source.next();
            if (test(value)) {
                next = value;
                ready = true;
            }
        }
        return ready;
    }

    @Override
    @SuppressWarnings("NullAway") // it is ready
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        T value = next;
        next = null;
        ready = false;
        return value;
    }

    @Override
    public void forEachRemaining(Consumer<? super T> sink) {
        if (ready) {
            sink.accept(next());
        }
        source.forEachRemaining(value -> {
            if (test(value)) {
                sink.accept(value);
            }
        });
    }

    private boolean test(T value) {
        try {
            return BrokenPromise.answer(predicate.call(value));
        } catch (Throwable e) {
            throw UserCode.failed(operator, e);
        }
    }
}
