/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.SpillFile;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;

/**
 * A partition of a state on disk: its entries when it was spilled, then the changes of the batches since, so that a batch
 * that changes little of it writes little. Not thread safe.
 */
final class StateSegment<K, S> implements AutoCloseable {
    private final MemorySpace space;
    private final boolean timed;
    private final SpillFile blocks;
    private int entryBlocks;
    private long entryBytes;
    private long entries;
    private long tableBytes;
    private long oldestTouch = Long.MAX_VALUE;

    StateSegment(MemorySpace space, boolean timed) throws IOException {
        this.space = space;
        this.timed = timed;
        blocks = space.newFile();
    }

    /**
     * Adds the entries of a table, before any change; none of the keys is here yet.
     *
     * @param bytes how much memory the table takes
     */
    void add(StateTable<K, S> table, long bytes) throws IOException {
        boolean whole = false;
        try {
            StateBlocks.write(table, () -> ChangeBlock.exact(space.codec()), blocks::append);
            whole = true;
        } finally {
            if (!whole) {
                blocks.forgetAfter(entryBlocks);
            }
        }
        entryBlocks = blocks.size();
        entryBytes = blocks.bytes();
        entries += table.size();
        tableBytes += bytes;
        oldestTouch = Math.min(oldestTouch, table.oldestTouch());
    }

    /** Adds what a batch changed. */
    void change(Overlay<K, S> overlay, BatchTime time) throws IOException {
        if (overlay.size() > 0) {
            int before = blocks.size();
            boolean whole = false;
            try {
                overlay.encodeExact(space.codec(), timed ? time.milliseconds() : ChangeBlock.UNTIMED, blocks::append);
                whole = true;
            } finally {
                if (!whole) {
                    blocks.forgetAfter(before); // who reads the rest applies the overlay once more
                }
            }
            entries += overlay.size();
            oldestTouch = timed ? Math.min(oldestTouch, time.milliseconds()) : oldestTouch;
        }
    }

    /** It has what a table has that takes so much memory. */
    void isLike(StateTable<K, S> table, long bytes) {
        entries = table.size();
        tableBytes = bytes;
        oldestTouch = table.oldestTouch();
    }

    /** Returns whether it has grown so much by changes that it had better be written anew. */
    boolean isStale() {
        return blocks.bytes() > 2 * entryBytes + (1 << 20);
    }

    StateTable<K, S> read() {
        StateTable<K, S> table = new StateTable<>(timed);
        int[] read = {0};
        blocks.read().forEachRemaining(block -> {
            if (read[0] == entryBlocks) {
                table.loaded();
            }
            if (read[0]++ < entryBlocks) {
                StateBlocks.load(block, space.codec(), table);
            } else {
                StateBlocks.replay(block, space.codec(), table);
            }
        });
        if (read[0] == entryBlocks) {
            table.loaded();
        }
        return table;
    }

    /** At least how many entries there are; changes since it was like a table count as new ones. */
    long entries() {
        return entries;
    }

    /** About how much memory it takes when it is read. */
    long tableBytes() {
        return tableBytes;
    }

    /** No key was touched before; {@link Long#MAX_VALUE} if keys do not time out. */
    long oldestTouch() {
        return oldestTouch;
    }

    @Override
    public void close() {
        blocks.close();
    }
}
