/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one container that can spill: rows that a task makes, in one or more sequences, to be read again. Of a sequence first come
 * the rows that were spilled, then those in memory.
 *
 * <pre>{@code
 *   being filled ---complete---> complete ---close---> gone
 *     |     ^                      |   ^
 *     +-----+                      +---+
 *   what finds no room             others need the memory:
 *   goes to disk                   all that is in memory goes to disk, once
 * }</pre>
 *
 * <p>Filled by one thread; from {@link #complete} on any thread reads, and any thread may {@link #spill} it, also while it is read: a
 * reader keeps what it began with.
 */
@SuppressWarnings("NullAway") // there is no block for a sequence without rows; records, keys and values may be null
public final class HeldRows implements AutoCloseable {
    private static final int RECORD_SLOT = 6; // the bytes of a record in an array that has grown
    private static final int PAIR_SLOT = 16; // the bytes of a pair in three such arrays

    private final MemorySpace space;
    private final Place place;
    private final int parts; // of a row on disk
    private final Sampler sampler = new Sampler();
    private final Reservation reservation;
    private final List<Spill> spills = new ArrayList<>();
    private Rows[] inMemory;
    private long size;
    private long onDisk; // how many of the rows were spilled
    private boolean complete;
    private boolean stuck; // memory was needed, and its rows cannot be spilled

    /** The places in which rows may stand. */
    public enum Place {
        /** A row that finds no room is refused. */
        MEMORY,
        /** Rows that find no room go to disk; other data gives way before. */
        MEMORY_AND_DISK,
        /** Rows that find no room go to disk; other data stays where it is. */
        FREE_MEMORY_AND_DISK,
        DISK
    }

    private HeldRows(MemorySpace space, Place place, int parts, Rows[] inMemory, Reservation reservation) {
        this.space = space;
        this.place = place;
        this.parts = parts;
        this.inMemory = inMemory;
        this.reservation = reservation;
    }

    /** Records in one sequence, to be filled. */
    public static HeldRows ofRecords(MemorySpace space, Place place) {
        return new HeldRows(space, place, 1, new Rows[1], space.reservation());
    }

    /** Pairs in several sequences, to be filled. */
    public static HeldRows ofPairs(MemorySpace space, int sequences) {
        return new HeldRows(space, Place.MEMORY_AND_DISK, 2, new Rows[sequences], space.reservation());
    }

    /**
     * Pairs that are complete.
     *
     * @param sequences null for one without pairs
     * @param reservation what they need, from now on this container's to give back
     */
    public static HeldRows ofPairs(MemorySpace space, Rows[] sequences, Reservation reservation) {
        HeldRows held = new HeldRows(space, Place.MEMORY_AND_DISK, 2, sequences, reservation);
        for (Rows rows : sequences) {
            held.size += rows == null ? 0 : rows.size();
        }
        held.complete = true;
        return held;
    }

    /** Adds a record; false if there is no room for it and it may not go to disk. */
    public boolean add(Object record) {
        Rows rows = inMemory[0];
        if (rows == null) {
            rows = Rows.ofRecords();
            inMemory[0] = rows;
        }
        rows.add(record);
        size++;
        if (!sampler.isDue()) {
            return true;
        }
        sampler.add(RECORD_SLOT, record);
        sampler.next();
        return fit();
    }

    public void add(int sequence, Object key, int hash, Object value) {
        Rows rows = inMemory[sequence];
        if (rows == null) {
            rows = Rows.ofPairs(0);
            inMemory[sequence] = rows;
        }
        rows.add(key, hash, value);
        size++;
        if (sampler.isDue()) {
            sampler.add(PAIR_SLOT, key, value);
            sampler.next();
            fit();
        }
    }

    private boolean fit() {
        if (hasRoom(estimate())) {
            return true;
        }
        if (place == Place.MEMORY) {
            return false;
        }
        if (spills.isEmpty()) {
            spills.add(space.spill(inMemory.length, parts));
        }
        moveTo(spills.get(0));
        reservation.close();
        return true;
    }

    private boolean hasRoom(long bytes) {
        return switch (place) {
            case MEMORY, MEMORY_AND_DISK -> reservation.tryGrowTo(bytes);
            case FREE_MEMORY_AND_DISK -> reservation.tryGrowFree(bytes);
            case DISK -> false;
        };
    }

    private long estimate() {
        return (size - onDisk) * sampler.mean();
    }

    private void moveTo(Spill target) {
        for (int sequence = 0; sequence < inMemory.length; sequence++) {
            if (inMemory[sequence] != null) {
                inMemory[sequence].writeTo(target, sequence);
            }
        }
        inMemory = new Rows[inMemory.length];
        onDisk = size;
    }

    /** Ends the filling; false if there is no room, as for {@link #add}. */
    public boolean complete() {
        boolean held = fit();
        spills.forEach(Spill::complete);
        reservation.setTo(Math.min(reservation.held(), estimate()));
        complete = true;
        return held;
    }

    /** The number of rows. */
    public long size() {
        return size;
    }

    /** The bytes of the budget that it has. */
    public synchronized long bytesInMemory() {
        return reservation.held();
    }

    /** Returns whether some of it stays in memory though that was needed. */
    public synchronized boolean isStuck() {
        return stuck || spills.stream().anyMatch(spill -> spill.bytesInMemory() > 0);
    }

    /** Moves what is in memory to disk, and tells how many bytes that freed. */
    public synchronized long spill() {
        long held = reservation.held();
        if (!complete || stuck || held == 0 || !space.maySpill()) {
            return 0;
        }
        Rows[] before = inMemory;
        long onDiskBefore = onDisk;
        boolean moved;
        Spill target = space.spill(inMemory.length, parts);
        try {
            moveTo(target);
            target.complete();
            stuck = target.bytesInMemory() > 0;
            moved = !stuck;
        } catch (SpillRefused e) {
            moved = false; // it has said so; there may be room later
        }
        if (!moved) {
            target.close();
            inMemory = before;
            onDisk = onDiskBefore;
            return 0;
        }
        spills.add(target);
        reservation.close();
        return held;
    }

    /** Makes of a row what its reader wants. */
    @FunctionalInterface
    public interface Row<T> {
        /**
         * @param key or the record
         * @param value null of a record
         */
        T of(Object key, Object value);
    }

    /** The records in order. An iterator that can be closed, for when it is not read to the end. */
    public Iterator<Object> read() {
        return part(0).read((record, none) -> record);
    }

    /** The sequences, or null if they are not all in memory. */
    public synchronized Rows @Nullable [] sequencesInMemory() {
        return spills.isEmpty() ? inMemory : null;
    }

    /** The rows with which a reader of one sequence begins. */
    public synchronized Part part(int sequence) {
        List<Spill> written = spills.isEmpty()
                ? List.of()
                : spills.stream().filter(spill -> !spill.isEmpty(sequence)).toList();
        return new Part(written, inMemory[sequence], sequence);
    }

    /**
     * One sequence.
     *
     * @param spills which come first
     * @param rows those in memory, or null without any
     */
    public record Part(List<Spill> spills, @Nullable Rows rows, int sequence) {
        public boolean isEmpty() {
            return spills.isEmpty() && rows == null;
        }

        /** The rows in order. An iterator that can be closed, for when it is not read to the end. */
        public <T> Iterator<T> read(Row<T> row) {
            if (spills.isEmpty()) {
                return rows == null ? Collections.emptyIterator() : rows.read(row);
            }
            List<Supplier<Iterator<T>>> pieces = new ArrayList<>();
            spills.forEach(spill -> pieces.add(() -> spill.read(sequence, row)));
            if (rows != null) {
                pieces.add(() -> rows.read(row));
            }
            return new ConcatIterator<>(pieces.iterator(), Supplier::get);
        }
    }

    @Override
    public synchronized void close() {
        stuck = true;
        reservation.close();
        spills.forEach(Spill::close);
    }
}
