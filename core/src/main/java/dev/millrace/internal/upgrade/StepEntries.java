/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.upgrade;

import dev.millrace.internal.state.StateEntry;
import java.util.Iterator;
import java.util.function.Supplier;

/** The entries of a state while they are read: counts them, and notes why one cannot be read. To be gone through once. */
final class StepEntries implements Iterable<StateEntry> {
    private final Supplier<Iterable<StateEntry>> stored;
    private final Refusal refusal;
    private long count;

    StepEntries(Supplier<Iterable<StateEntry>> stored, Refusal refusal) {
        this.stored = stored;
        this.refusal = refusal;
    }

    long count() {
        return count;
    }

    @Override
    public Iterator<StateEntry> iterator() {
        Iterator<StateEntry> entries =
                refusal.noting(refusal.noting(() -> stored.get().iterator()));
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public StateEntry next() {
                count++;
                return entries.next();
            }
        };
    }
}
