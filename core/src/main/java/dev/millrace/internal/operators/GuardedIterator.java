/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.internal.lineage.BrokenPromise;
import dev.millrace.internal.lineage.RecordFunction;
import dev.millrace.internal.lineage.RecordGuard;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/** The results of a function for each record, but for records that it cannot take: of those nothing goes on. */
public final class GuardedIterator<S, T> implements Iterator<T> {
    private final Iterator<S> source;
    private final RecordFunction<S, T> function;
    private final GuardedPartition guarded;
    private final List<T> made = new ArrayList<>(); // of one record, because its call may still fail
    private int next;

    public GuardedIterator(Iterator<S> source, RecordFunction<S, T> function, RecordGuard guard, int partition) {
        this.source = source;
        this.function = function;
        guarded = new GuardedPartition(guard, partition);
    }

    @Override
    public boolean hasNext() {
        while (next == made.size()) {
            if (!source.hasNext()) {
                return false;
            }
            call(source.next());
        }
        return true;
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return made.get(next++);
    }

    @Override
    public void forEachRemaining(Consumer<? super T> sink) {
        give(sink);
        source.forEachRemaining(value -> {
            call(value);
            give(sink);
        });
    }

    private void give(Consumer<? super T> sink) {
        while (next < made.size()) {
            sink.accept(made.get(next++));
        }
    }

    private void call(S value) {
        made.clear();
        next = 0;
        if (!guarded.<T>attempt(
                value, record -> made.add(BrokenPromise.record(record)), out -> function.call(value, out))) {
            made.clear();
        }
    }
}
