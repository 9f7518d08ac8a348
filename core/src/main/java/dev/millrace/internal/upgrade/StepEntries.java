/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.upgrade;

import dev.millrace.internal.materialise.Restored;
import java.util.Iterator;
import java.util.function.Supplier;

/** The entries of a state while they are read: counts them, and notes why one cannot be read. To be gone through once. */
final class StepEntries implements Iterable<Restored.Entry> {
    private final Supplier<Iterable<Restored.Entry>> stored;
    private final Refusal refusal;
    private long count;

    StepEntries(Supplier<Iterable<Restored.Entry>> stored, Refusal refusal) {
        this.stored = stored;
        this.refusal = refusal;
    }

    long count() {
        return count;
    }

    @Override
    public Iterator<Restored.Entry> iterator() {
        Iterator<Restored.Entry> entries =
                refusal.noting(refusal.noting(() -> stored.get().iterator()));
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public Restored.Entry next() {
                count++;
                return entries.next();
            }
        };
    }
}
