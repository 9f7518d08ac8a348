/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import dev.millrace.error.MillraceException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The records of a partition, held to be read again: first those that were spilled, then those in memory. Filled by one
 * thread until {@link #complete}; from then on any thread reads, and any thread may spill it, also while it is read: a
 * reader keeps what it began with.
 */
public final class HeldRecords implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.millrace.memory");
    private static final int REFERENCE = 6; // in a list that has grown

    private final MemorySpace space;
    private final Place place;
    private final Sampler sampler = new Sampler();
    private final Reservation reservation;
    private final List<Spill> spills = new ArrayList<>();
    private List<Object> inMemory = new ArrayList<>();
    private long records;
    private boolean complete;
    private boolean stuck;

    /** The places in which records may stand. */
    public enum Place {
        /** A record that finds no room is refused. */
        MEMORY,
        /** A record that finds no room goes to disk. */
        MEMORY_AND_DISK,
        DISK
    }

    public HeldRecords(MemorySpace space, Place place) {
        this.space = space;
        this.place = place;
        reservation = space.reservation();
    }

    /** Adds a record; false if there is no room for it and it may not go to disk. */
    public boolean add(Object value) {
        inMemory.add(value);
        records++;
        if (!sampler.isDue()) {
            return true;
        }
        sampler.add(REFERENCE, value);
        sampler.next();
        return place();
    }

    private boolean place() {
        if (place != Place.DISK && reservation.tryGrowTo(estimate())) {
            return true;
        }
        if (place == Place.MEMORY) {
            return false;
        }
        if (spills.isEmpty()) {
            spills.add(space.spill(1, 1));
        }
        moveTo(spills.get(0));
        reservation.close();
        return true;
    }

    private long estimate() {
        return inMemory.size() * sampler.mean();
    }

    private void moveTo(Spill target) {
        for (Object value : inMemory) {
            target.add(0, value);
        }
        inMemory = new ArrayList<>();
    }

    /** Ends the filling; false if there is no room, as for {@link #add}. */
    public boolean complete() {
        boolean held = place();
        spills.forEach(Spill::complete);
        reservation.setTo(Math.min(reservation.held(), estimate()));
        complete = true;
        return held;
    }

    public long size() {
        return records;
    }

    /** Its bytes of the budget. */
    public synchronized long bytesInMemory() {
        return reservation.held();
    }

    /** Moves what is in memory to disk, and tells how many bytes that freed. */
    public synchronized long spill() {
        long held = reservation.held();
        if (!complete || stuck || held == 0) {
            return 0;
        }
        List<Object> before = inMemory;
        Spill target = space.spill(1, 1);
        try {
            moveTo(target);
            target.complete();
            stuck = target.bytesInMemory() > 0;
        } catch (MillraceException e) {
            LOG.log(System.Logger.Level.WARNING, "memory is short, and nothing can be spilled", e);
            stuck = true;
        }
        if (stuck) {
            target.close();
            inMemory = before;
            return 0;
        }
        spills.add(target);
        reservation.close();
        return held;
    }

    /** The records in order. An iterator that can be closed, for when it is not read to the end. */
    public synchronized Iterator<Object> read() {
        return spills.isEmpty() ? inMemory.iterator() : new HeldIterator(List.copyOf(spills), inMemory);
    }

    @Override
    public synchronized void close() {
        stuck = true;
        reservation.close();
        spills.forEach(Spill::close);
    }
}
