/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import dev.millrace.rdd.StorageLevel;
import java.util.Iterator;

/** One partition of a persisted dataset, held at its storage level. Threads as {@link HeldRecords}. */
public final class CachedPartition implements AutoCloseable {
    private final MemorySpace space;
    private final StorageLevel level;
    private final HeldRecords held;
    private final EncodedRecords encoded;
    private long records;

    public CachedPartition(MemorySpace space, StorageLevel level) {
        this.space = space;
        this.level = level;
        held = new HeldRecords(space, place(level));
        encoded = new EncodedRecords(space, held);
    }

    private static HeldRecords.Place place(StorageLevel level) {
        if (!level.useMemory() || level.useOffHeap()) {
            return HeldRecords.Place.DISK;
        }
        return level.useDisk() ? HeldRecords.Place.MEMORY_AND_DISK : HeldRecords.Place.MEMORY;
    }

    /** Adds a record; false if there is no room for it at this level. */
    public boolean add(Object value) {
        records++;
        return level.deserialized() ? held.add(value) : encoded.add(value);
    }

    /** Ends the filling; false if there is no room at this level. */
    public boolean complete() {
        return encoded.flush() && held.complete();
    }

    public long size() {
        return records;
    }

    /** The records in order. An iterator that can be closed, for when it is not read to the end. */
    public Iterator<Object> read() {
        return level.deserialized() ? held.read() : EncodedRecords.read(space, held.read());
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
