/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.ValueBlockReader;
import dev.millrace.internal.codec.ValueBlockWriter;
import dev.millrace.rdd.StorageLevel;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a persisted dataset, held at its storage level: as objects, or as blocks of many encoded records. From a
 * record on that the codec does not know, they are held as objects. Threads as {@link HeldRows}.
 */
public final class CachedPartition implements AutoCloseable {
    private static final int BLOCK = 1 << 15;

    private final MemorySpace space;
    private final StorageLevel level;
    private final HeldRows held;
    private @Nullable ValueBlockWriter open; // null if records are held as objects
    private long records;

    public CachedPartition(MemorySpace space, StorageLevel level) {
        this.space = space;
        this.level = level;
        held = HeldRows.ofRecords(space, place(level));
        open = level.deserialized() ? null : new ValueBlockWriter(space.codec());
    }

    private static HeldRows.Place place(StorageLevel level) {
        if (!level.useMemory() || level.useOffHeap()) {
            return HeldRows.Place.DISK;
        }
        return level.useDisk() ? HeldRows.Place.MEMORY_AND_DISK : HeldRows.Place.MEMORY;
    }

    /** A record beside encoded blocks, which may be a run of bytes itself. */
    private record Plain(Object value) {}

    /** Adds a record; false if there is no room for it at this level. */
    public boolean add(Object value) {
        records++;
        if (level.deserialized()) {
            return held.add(value);
        }
        if (open == null) {
            return held.add(new Plain(value));
        }
        try {
            open.write(value);
            return open.size() < BLOCK || held.add(open.takeBlock());
        } catch (CodecException e) {
            space.staysInMemory(e);
            boolean before = flush();
            open = null;
            return before && held.add(new Plain(value));
        }
    }

    private boolean flush() {
        return open == null || open.size() == 0 || held.add(open.takeBlock());
    }

    /** Ends the filling; false if there is no room at this level. */
    public boolean complete() {
        return flush() && held.complete();
    }

    public long size() {
        return records;
    }

    /** The records in order. An iterator that can be closed, for when it is not read to the end. */
    public Iterator<Object> read() {
        Iterator<Object> rows = held.read();
        return level.deserialized() ? rows : new ConcatIterator<>(rows, this::decoded);
    }

    private Iterator<Object> decoded(Object row) {
        return row instanceof Plain record
                ? Collections.singletonList(record.value()).iterator()
                : new ValueBlockReader(space.codec(), (byte[]) row);
    }

    /** Frees memory if the level allows that without losing records; tells how many bytes. */
    public long spill() {
        return level.useDisk() ? held.spill() : 0;
    }

    public boolean maySpill() {
        return level.useDisk();
    }

    public long bytesInMemory() {
        return held.bytesInMemory();
    }

    @Override
    public void close() {
        held.close();
    }
}
