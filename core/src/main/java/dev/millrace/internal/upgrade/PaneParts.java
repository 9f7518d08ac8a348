/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.upgrade;

import dev.millrace.Tuple2;
import dev.millrace.error.CheckpointException;
import dev.millrace.internal.graph.PaneNode;
import dev.millrace.internal.window.PanePart;
import java.util.Iterator;
import java.util.function.Supplier;

/**
 * The partitions of a window's panes while they and their records are read: counts both, sees that the program can take the
 * records, and notes why one cannot be read. To be gone through once.
 */
final class PaneParts implements Iterable<PanePart> {
    private final PaneNode<?> node;
    private final Supplier<Iterable<PanePart>> stored;
    private final Refusal refusal;
    private long records;
    private long panes;
    private long newest;

    PaneParts(PaneNode<?> node, Supplier<Iterable<PanePart>> stored, Refusal refusal) {
        this.node = node;
        this.stored = stored;
        this.refusal = refusal;
    }

    long records() {
        return records;
    }

    long panes() {
        return panes;
    }

    @Override
    public Iterator<PanePart> iterator() {
        Iterator<PanePart> parts =
                refusal.noting(refusal.noting(() -> stored.get().iterator()));
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return parts.hasNext();
            }

            @Override
            public PanePart next() {
                PanePart part = parts.next();
                panes += panes == 0 || part.time() != newest ? 1 : 0;
                newest = part.time();
                return new PanePart(
                        part.time(),
                        part.partition(),
                        part.piece(),
                        refusal.noting(new Checked(refusal.noting(part.records()))));
            }
        };
    }

    private final class Checked implements Iterator<Object> {
        private final Iterator<Object> unchecked;

        Checked(Iterator<Object> unchecked) {
            this.unchecked = unchecked;
        }

        @Override
        public boolean hasNext() {
            return unchecked.hasNext();
        }

        @Override
        public Object next() {
            Object record = unchecked.next();
            if (node.isKeyed() && !(record instanceof Tuple2)) {
                String name = node.keptName();
                throw new CheckpointException("the window " + name
                        + " was one of records in this checkpoint, and is one of keys now; write .named(\"" + name
                        + "-2\") or another new name");
            }
            records++;
            return record;
        }
    }
}
