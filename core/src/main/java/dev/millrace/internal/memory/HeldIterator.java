/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Reads the spilled records, spill after spill, and then those in memory. */
final class HeldIterator implements Iterator<Object>, AutoCloseable {
    private final Iterator<Spill> spills;
    private final Iterator<Object> inMemory;
    private Spill.@Nullable Entries current;

    HeldIterator(List<Spill> spills, List<Object> inMemory) {
        this.spills = spills.iterator();
        this.inMemory = inMemory.iterator();
    }

    @Override
    public boolean hasNext() {
        while (current == null || !current.hasNext()) {
            if (!spills.hasNext()) {
                current = null;
                return inMemory.hasNext();
            }
            current = spills.next().read(0);
        }
        return true;
    }

    @Override
    public Object next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return current == null ? inMemory.next() : current.next()[0];
    }

    @Override
    public void close() {
        if (current != null) {
            current.close();
        }
    }
}
