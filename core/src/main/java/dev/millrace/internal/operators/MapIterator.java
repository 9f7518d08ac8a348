/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.function.Function;
import dev.millrace.internal.lineage.BrokenPromise;
import dev.millrace.internal.lineage.Operator;
import java.util.Iterator;
import java.util.function.Consumer;

/** Each record replaced by a function of it. */
public final class MapIterator<S, T> implements Iterator<T> {
    private final Iterator<S> source;
    private final Function<? super S, ? extends T> function;
    private final Operator operator;

    public MapIterator(Iterator<S> source, Function<? super S, ? extends T> function, Operator operator) {
        this.source = source;
        this.function = function;
        this.operator = operator;
    }

    @Override
    public boolean hasNext() {
        return source.hasNext();
    }

    @Override
    public T next() {
        return apply(source.next());
    }

    @Override
    public void forEachRemaining(Consumer<? super T> sink) {
        source.forEachRemaining(value -> sink.accept(apply(value)));
    }

    private T apply(S value) {
        try {
            return BrokenPromise.record(function.call(value));
        } catch (Throwable e) {
            throw UserCode.failed(operator, e);
        }
    }
}
