/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** A run of the records of blocks, from one record index until another; opens one block at a time. */
final class BlockRecords<T> implements Iterator<T> {
    private final Iterator<? extends BlocksNode.Block<T>> blocks;
    private long skip;
    private long left;
    private Iterator<T> current = Collections.emptyIterator();

    BlockRecords(List<? extends BlocksNode.Block<T>> blocks, long from, long until) {
        this.blocks = blocks.iterator();
        skip = from;
        left = until - from;
    }

    @Override
    public boolean hasNext() {
        return left > 0 && (current.hasNext() || open());
    }

    private boolean open() {
        while (blocks.hasNext()) {
            BlocksNode.Block<T> block = blocks.next();
            if (skip >= block.records()) {
                skip -= block.records();
                continue;
            }
            try {
                current = block.read(skip);
            } catch (IOException e) {
                throw new UncheckedIOException("a received block cannot be read: " + e.getMessage(), e);
            }
            skip = 0;
            if (current.hasNext()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        left--;
        return current.next();
    }
}
