/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.Reservation;
import dev.millrace.internal.memory.Sampler;
import dev.millrace.internal.memory.Spill;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The output of one map task of a shuffle. Each reducer finds first the records that were spilled, then a block in memory, together in
 * the order in which they were added. Filled by its map task until {@link #complete}; from then on any thread may read it, or
 * spill it, also while it is read: a reader keeps what it began with.
 */
@SuppressWarnings("NullAway") // there is no block for a reducer that gets nothing
final class MapOutput implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.millrace.memory");
    private static final int SLOT = 16; // in the arrays of a block

    private final MemorySpace space;
    private final Sampler sampler = new Sampler();
    private final Reservation reservation;
    private final List<Spill> spills = new ArrayList<>();
    private RecordBlock[] blocks;
    private long records;
    private long inMemory;
    private boolean complete;
    private boolean stuck;

    MapOutput(MemorySpace space, int reducers) {
        this(space, new RecordBlock[reducers], space.reservation());
        complete = false;
    }

    /**
     * @param blocks complete
     * @param reservation what they need, from now on this output's to give back
     */
    MapOutput(MemorySpace space, RecordBlock[] blocks, Reservation reservation) {
        this.space = space;
        this.blocks = blocks;
        this.reservation = reservation;
        for (RecordBlock block : blocks) {
            records += block == null ? 0 : block.size();
        }
        inMemory = records;
        complete = true;
    }

    /** What a reducer reads of this output. */
    record Part(List<Spill> spills, @Nullable RecordBlock block, int reducer) {}

    void add(int reducer, Object key, int hash, Object value) {
        RecordBlock block = blocks[reducer];
        if (block == null) {
            block = new RecordBlock(4);
            blocks[reducer] = block;
        }
        block.add(key, hash, value);
        inMemory++;
        records++;
        if (sampler.isDue()) {
            sampler.add(SLOT, key, value);
            sampler.next();
            fit();
        }
    }

    private void fit() {
        if (!reservation.tryGrowTo(estimate())) {
            if (spills.isEmpty()) {
                spills.add(space.spill(blocks.length, 2));
            }
            moveTo(spills.get(0));
            reservation.close();
        }
    }

    private long estimate() {
        return inMemory * sampler.mean();
    }

    private void moveTo(Spill target) {
        for (int reducer = 0; reducer < blocks.length; reducer++) {
            RecordBlock block = blocks[reducer];
            for (int i = 0; block != null && i < block.size(); i++) {
                target.add(reducer, block.key(i), block.value(i));
            }
        }
        blocks = new RecordBlock[blocks.length];
        inMemory = 0;
    }

    /** Ends the filling. */
    MapOutput complete() {
        fit();
        reservation.setTo(Math.min(reservation.held(), estimate()));
        spills.forEach(Spill::complete);
        complete = true;
        return this;
    }

    long records() {
        return records;
    }

    synchronized long bytes() {
        return reservation.held();
    }

    /** Returns whether it was to be spilled, and cannot be. */
    synchronized boolean isStuck() {
        return stuck || spills.stream().anyMatch(spill -> spill.bytesInMemory() > 0);
    }

    /** Its blocks by reducer, or null if they are not all in memory. */
    synchronized RecordBlock @Nullable [] blocks() {
        return spills.isEmpty() ? blocks : null;
    }

    /** Returns what {@code reducer} reads, or null if that is nothing. */
    synchronized @Nullable Part part(int reducer) {
        List<Spill> written =
                spills.stream().filter(spill -> !spill.isEmpty(reducer)).toList();
        return blocks[reducer] == null && written.isEmpty() ? null : new Part(written, blocks[reducer], reducer);
    }

    /** Moves what is in memory to disk, and tells how many bytes that freed. */
    synchronized long spill() {
        long held = reservation.held();
        if (!complete || stuck || held == 0) {
            return 0;
        }
        RecordBlock[] before = blocks;
        Spill target = space.spill(blocks.length, 2);
        try {
            moveTo(target);
            target.complete();
            stuck = target.bytesInMemory() > 0;
        } catch (MillraceException e) {
            LOG.log(System.Logger.Level.WARNING, "memory is short, and a shuffle cannot be spilled", e);
            stuck = true;
        }
        if (stuck) {
            target.close();
            blocks = before;
            return 0;
        }
        spills.add(target);
        reservation.close();
        return held;
    }

    @Override
    public synchronized void close() {
        stuck = true;
        reservation.close();
        spills.forEach(Spill::close);
    }
}
