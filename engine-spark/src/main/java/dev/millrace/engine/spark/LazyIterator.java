/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.internal.operators.TaskScope;
import java.util.Iterator;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Records that are opened when the first is asked for: then the task's scope is open, and errors have their frame. */
final class LazyIterator<T> implements Iterator<T> {
    private final Opener<T> opener;
    private @Nullable Iterator<? extends T> records;

    LazyIterator(Opener<T> opener) {
        this.opener = opener;
    }

    /** Opens the records in a task. */
    interface Opener<T> {
        Iterator<? extends T> open(TaskScope scope);
    }

    private Iterator<? extends T> records() {
        Iterator<? extends T> open = records;
        if (open == null) {
            open = opener.open(Objects.requireNonNull(TaskScope.current()));
            records = open;
        }
        return open;
    }

    @Override
    public boolean hasNext() {
        return records().hasNext();
    }

    @Override
    public T next() {
        return records().next();
    }

    @Override
    public void forEachRemaining(Consumer<? super T> sink) {
        records().forEachRemaining(sink);
    }
}
