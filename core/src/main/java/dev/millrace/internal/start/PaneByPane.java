/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.internal.window.PanePart;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The records of one pane's partitions after the other, of parts that come pane by pane, the oldest first. The records of a
 * partition are to be gone through before the next one is asked for.
 */
final class PaneByPane implements Iterator<Iterator<Object>> {
    private final String window;
    private final Iterator<PanePart> parts;
    private @Nullable PanePart next;
    private long time = Long.MIN_VALUE;
    private List<Integer> pieces = new ArrayList<>(); // of the pane's partitions so far

    /** @param window its name */
    PaneByPane(String window, Iterator<PanePart> parts) {
        this.window = window;
        this.parts = parts;
        goOn();
    }

    private void goOn() {
        next = parts.hasNext() ? parts.next() : null;
    }

    /** Goes on to the next pane, when the one before has been gone through; returns false at the end. */
    boolean comesToNext() {
        if (next == null) {
            return false;
        }
        inOrder(next.time() > time, next);
        time = next.time();
        pieces = new ArrayList<>();
        return true;
    }

    BatchTime time() {
        return new BatchTime(time);
    }

    /** The number of pieces of each partition of the pane, when it has been gone through. */
    List<Integer> pieces() {
        return List.copyOf(pieces);
    }

    @Override
    public boolean hasNext() {
        return next != null && next.time() == time;
    }

    @Override
    public Iterator<Object> next() {
        PanePart first = next;
        if (first == null || first.time() != time) {
            throw new NoSuchElementException();
        }
        inOrder(first.partition() == pieces.size() && first.piece() == 0, first);
        pieces.add(1);
        goOn();
        return new Pieces(first);
    }

    /** The records of a partition, piece by piece. */
    private final class Pieces implements Iterator<Object> {
        private PanePart piece;

        Pieces(PanePart first) {
            piece = first;
        }

        @Override
        public boolean hasNext() {
            PanePart following = next;
            while (!piece.records().hasNext()
                    && following != null
                    && following.time() == time
                    && following.partition() == piece.partition()) {
                inOrder(following.piece() == piece.piece() + 1, following);
                piece = following;
                pieces.set(piece.partition(), piece.piece() + 1);
                goOn();
                following = next;
            }
            return piece.records().hasNext();
        }

        @Override
        public Object next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return piece.records().next();
        }
    }

    /** Nothing would be right that is made of panes in another order. */
    private void inOrder(boolean is, PanePart part) {
        if (!is) {
            throw new CheckpointException("the checkpoint's window \"" + window + "\" is damaged: piece " + part.piece()
                    + " of partition " + part.partition() + " of its pane of " + part.time()
                    + " ms stands at another place than it was written; " + FrameReader.REMEDY);
        }
    }
}
