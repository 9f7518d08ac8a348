/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.internal.errors.Causes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A run of the records of blocks, from one record index until another; opens one block at a time. */
final class BlockRecords<T> implements CountedIterator<T> {
    private final Iterator<? extends BlocksNode.Block<T>> blocks;
    private long skip; // records that come before the run
    private long left; // records of the run in blocks that are not open yet
    private Iterator<T> current = Collections.emptyIterator();

    BlockRecords(List<? extends BlocksNode.Block<T>> blocks, long from, long until) {
        this.blocks = blocks.iterator();
        skip = from;
        left = until - from;
    }

    /** The part of one block that the run has. */
    private record Part<T>(BlocksNode.Block<T> block, long from, long count) {
        Iterator<T> read() {
            try {
                return block.read(from, count);
            } catch (IOException e) {
                throw unreadable(e);
            }
        }

        BlocksNode.Portion<T> portion() {
            try {
                return block.portion(from, count);
            } catch (IOException e) {
                throw unreadable(e);
            }
        }

        private static UncheckedIOException unreadable(IOException e) {
            return new UncheckedIOException("a received block cannot be read: " + Causes.text(e), e);
        }
    }

    /** The rest of the run, as what can be sent. */
    List<BlocksNode.Portion<T>> portions() {
        List<BlocksNode.Portion<T>> portions = new ArrayList<>();
        for (Part<T> part = nextPart(); part != null; part = nextPart()) {
            portions.add(part.portion());
        }
        return portions;
    }

    private @Nullable Part<T> nextPart() {
        while (left > 0 && blocks.hasNext()) {
            BlocksNode.Block<T> block = blocks.next();
            if (skip < block.records()) {
                Part<T> part = new Part<>(block, skip, Math.min(left, block.records() - skip));
                left -= part.count();
                skip = 0;
                return part;
            }
            skip -= block.records();
        }
        return null;
    }

    @Override
    public boolean hasNext() {
        while (!current.hasNext()) {
            Part<T> part = nextPart();
            if (part == null) {
                return false;
            }
            current = part.read();
        }
        return true;
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return current.next();
    }

    @Override
    public void forEachRemaining(Consumer<? super T> sink) {
        while (hasNext()) {
            current.forEachRemaining(sink);
        }
    }

    @Override
    public long passOver() {
        long count = 0;
        while (!current.hasNext()) {
            Part<T> part = nextPart();
            if (part == null) {
                return count;
            }
            if (part.block().isExact()) {
                count += part.count();
            } else {
                current = part.read();
            }
        }
        return count;
    }
}
