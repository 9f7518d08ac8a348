/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.memory.CachedPartition;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Passes records on and keeps them, as long as there is room for them. */
final class CachingIterator<T> implements Iterator<T> {
    private final Iterator<T> source;
    private @Nullable CachedPartition kept;
    private boolean ended;

    CachingIterator(Iterator<T> source, CachedPartition kept) {
        this.source = source;
        this.kept = kept;
    }

    @Override
    public boolean hasNext() {
        boolean more = source.hasNext();
        if (!more) {
            end();
        }
        return more;
    }

    @Override
    public T next() {
        T value = source.next();
        keep(value);
        return value;
    }

    @Override
    public void forEachRemaining(Consumer<? super T> sink) {
        source.forEachRemaining(value -> {
            keep(value);
            sink.accept(value);
        });
        end();
    }

    @SuppressWarnings("NullAway") // records may be null
    private void keep(T value) {
        if (kept != null && !kept.add(value)) {
            drop();
        }
    }

    private void end() {
        if (!ended && kept != null && !kept.complete()) {
            drop();
        }
        ended = true;
    }

    private void drop() {
        if (kept != null) {
            kept.close();
            kept = null;
        }
    }

    /** Returns what was kept, if the records were read to their end and all found room; the reader's to close. */
    @Nullable
    CachedPartition complete() {
        if (!ended) {
            drop();
        }
        return kept;
    }
}
