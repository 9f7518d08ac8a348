/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.frames.FrameReader;
import dev.millrace.internal.materialise.Restored;
import dev.millrace.streaming.BatchTime;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The records of one pane's partitions after the other, of parts that come pane by pane, the oldest first. */
final class PaneByPane implements Iterator<Iterator<Object>> {
    private final String window;
    private final Iterator<Restored.Part> parts;
    private Restored.@Nullable Part next;
    private long time = Long.MIN_VALUE;
    private int partition;

    /** @param window its name */
    PaneByPane(String window, Iterator<Restored.Part> parts) {
        this.window = window;
        this.parts = parts;
        next = parts.hasNext() ? parts.next() : null;
    }

    /** Comes to the next pane, when the one before has been gone through; false at the end. */
    boolean comesToNext() {
        if (next == null) {
            return false;
        }
        inOrder(next.time() > time, next);
        time = next.time();
        partition = 0;
        return true;
    }

    BatchTime time() {
        return new BatchTime(time);
    }

    @Override
    public boolean hasNext() {
        return next != null && next.time() == time;
    }

    @Override
    public Iterator<Object> next() {
        Restored.Part part = next;
        if (part == null || part.time() != time) {
            throw new NoSuchElementException();
        }
        inOrder(part.partition() == partition++, part);
        next = parts.hasNext() ? parts.next() : null;
        return part.records();
    }

    /** Nothing would be right that is made of panes in another order. */
    private void inOrder(boolean is, Restored.Part part) {
        if (!is) {
            throw new CheckpointException("the checkpoint's window \"" + window + "\" is damaged: partition "
                    + part.partition() + " of its pane of " + part.time() + " ms stands at another place than it was"
                    + " written; " + FrameReader.REMEDY);
        }
    }
}
