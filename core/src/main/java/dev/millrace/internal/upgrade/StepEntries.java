/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.upgrade;

import dev.millrace.error.CheckpointException;
import dev.millrace.error.CodecException;
import dev.millrace.internal.materialise.Restored;
import java.util.Iterator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The entries of a step while they are read: counts them, and notes why one cannot be read. To be gone through once. */
final class StepEntries implements Iterable<Restored.Entry> {
    private final Supplier<Iterable<Restored.Entry>> stored;
    private long count;
    private @Nullable RuntimeException refusal;

    StepEntries(Supplier<Iterable<Restored.Entry>> stored) {
        this.stored = stored;
    }

    long count() {
        return count;
    }

    /** Why an entry cannot be read; null if none was refused. */
    @Nullable
    RuntimeException refusal() {
        return refusal;
    }

    @Override
    public Iterator<Restored.Entry> iterator() {
        Iterator<Restored.Entry> entries = noting(() -> stored.get().iterator());
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public Restored.Entry next() {
                count++;
                return noting(entries::next);
            }
        };
    }

    private <T> T noting(Supplier<T> read) {
        try {
            return read.get();
        } catch (CodecException | CheckpointException e) {
            refusal = e;
            throw e;
        }
    }
}
