/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.error.CodecException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.lineage.StepTable;
import dev.millrace.internal.memory.ConcatIterator;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.Reservation;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a keyed state at the version of the last committed batch: a table in memory, or on disk when memory is
 * short.
 *
 * <pre>{@code
 *                                                        a start finds it
 *               no room for it, or others need the room      v
 *   in memory ------------------------------------------> on disk --+
 *     ^  |                                                 |   ^    | flush, merge
 *     |  | it cannot be written:                           |   +----+
 *     |  +--> stuck in memory <----------------------------+
 *     |         a key or a state comes that cannot be written
 *     |                                                    |
 *     +----------------------------------------------------+
 *       for some batches there was plenty of room for it, or since a start there is
 * }</pre>
 *
 * One thread at a time changes it, by {@link #apply}, between batches. Tasks and readers see what there was when they began. Any thread
 * may spill it, but a table not while a task has it {@link #open}.
 */
public final class StatePartition<K, S> implements StepTable {
    private static final System.Logger LOG = System.getLogger("dev.millrace.memory");
    private static final int MOST_ROOM = 1 << 26;

    private final MemorySpace space;
    private final StateForm states;
    private final boolean timed;
    private final StateReports reports;
    private final int number;
    private Reservation reservation;
    private final RoomWatch room = new RoomWatch();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable StateTable<K, S> table; // in memory; else null
    private @Nullable StateRuns<K, S> runs; // on disk; else null
    private int users; // the tasks that have the table open
    private boolean stuck;
    private @Nullable ArrivalOrder restoredOrder; // of the entries of the table, until all have come
    private volatile long lastUse = Long.MIN_VALUE;
    private volatile int expectedChanges;

    private StatePartition(MemorySpace space, StateForm states, boolean timed, StateReports reports, int number) {
        this.space = space;
        this.states = states;
        this.timed = timed;
        this.reports = reports;
        this.number = number;
        reservation = space.reservation();
        table = new StateTable<>(timed);
    }

    /** The partitions of one state, empty. */
    static <K, S> List<StatePartition<K, S>> several(
            MemorySpace space, StateForm states, boolean timed, int partitions) {
        StateReports reports = new StateReports(states.step());
        return IntStream.range(0, partitions)
                .mapToObj(number -> new StatePartition<K, S>(space, states, timed, reports, number))
                .toList();
    }

    /** Begins on disk, with runs that it shares with the other partitions. */
    void begin(SharedRuns found) {
        exclusively(() -> {
            StateRuns<K, S> begun = new StateRuns<>(space, states, timed, found);
            runs = begun;
            table = null;
            reservation.setTo(begun.bytes());
        });
    }

    MemorySpace space() {
        return space;
    }

    /** The reports on all partitions of the state together. */
    StateReports reports() {
        return reports;
    }

    /** About how many keys the next batch will change: as many as the last one that changed some. */
    int expectedChanges() {
        return expectedChanges;
    }

    private interface Locked<R> {
        R run();
    }

    private <R> R locked(Locked<R> work) {
        lock.lock();
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }

    private void exclusively(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Opens the states for a program to read, until {@link #release}.
     *
     * @param before the program may ask for the keys that were touched before, in milliseconds, or, if it is the greatest number, for all
     */
    StateBase<K, S> open(BatchTime time, long before) {
        lastUse = time.milliseconds();
        takeOrAwaitPart(before);
        return locked(() -> {
            if (runs != null) {
                return runs.view();
            }
            users++;
            return inMemory();
        });
    }

    /** Takes its part, for which it waits if keys that were touched before {@code limit} may be in it. It may take long, so tasks do it. */
    private void takeOrAwaitPart(long limit) {
        SharedRuns found = locked(() -> Optional.ofNullable(runs == null ? null : runs.shared()))
                .orElse(null);
        if (found != null && found.mayHaveTouchedBefore(limit)) {
            found.awaitSplit();
        }
        exclusively(this::takePart); // which does nothing before it is split
    }

    /** Takes its part of the runs that it shares with other partitions, once they are split: runs of its own, or a table. */
    private void takePart() {
        StateRuns<K, S> changed = runs;
        SharedRuns found = changed == null ? null : changed.shared();
        SplitPart part = found == null ? null : found.take(number);
        if (changed == null || part == null) {
            return;
        }
        if (part.table() == null) {
            changed.split(part);
            reservation.setTo(changed.bytes());
            room.hasLeft();
            reports.wentToDisk(this, part.keys(), part.tableBytes(), space.budget());
            return;
        }
        StateTable<K, S> own = changed.splitTable(part);
        if (own != null) {
            reservation.close();
            reservation = part.room();
            table = own;
            forgetRuns();
            account(own);
        }
    }

    void release(StateBase<K, S> opened) {
        if (opened instanceof RunsView<K, S> view) {
            view.close();
        } else {
            exclusively(() -> users--);
        }
    }

    private StateTable<K, S> inMemory() {
        if (table == null) {
            throw new IllegalStateException("a partition of a state is neither in memory nor on disk");
        }
        return table;
    }

    boolean isOnDisk() {
        return locked(() -> runs != null);
    }

    @Override
    public Iterator<?> read() {
        return read(null);
    }

    /** Reads the keys and copies of their states, as an overlay leaves them; the iterator is closed when it is not read to the end. */
    ConcatIterator<?> read(@Nullable Overlay<K, S> overlay) {
        takeOrAwaitPart(Long.MAX_VALUE);
        StateBase<K, S> base = locked(() -> runs != null ? runs.view() : inMemory());
        return new ConcatIterator<>(
                List.of(base).iterator(),
                read -> HeldStates.<S>kept(space.codec()).copies(Overlay.view(read, overlay)),
                base instanceof RunsView<K, S> view ? view : () -> {});
    }

    @Override
    public void writeTo(StepChanges.Sink sink) throws IOException {
        StateBlocks.write(inMemory(), () -> new ChangeBlock(space.codec()), sink);
    }

    @Override
    public void load(List<byte[]> blocks) {
        StateTable<K, S> loaded = inMemory();
        blocks.forEach(block -> StateBlocks.load(block, space.codec(), loaded));
        loaded.loaded();
    }

    @Override
    public long size() {
        return locked(() -> runs != null ? runs.size() : inMemory().size());
    }

    /**
     * Makes it what an overlay shows.
     *
     * @param settled no key falls due any more that was touched before
     */
    void apply(Overlay<K, S> overlay, BatchTime time, long settled) {
        expectedChanges = overlay.size() == 0 ? expectedChanges : overlay.size();
        exclusively(() -> {
            if (runs != null) {
                applyOnDisk(runs, overlay, time, settled);
            } else if (overlay.size() > 0) {
                inMemory().apply(overlay, time);
                account(inMemory());
            }
        });
    }

    private void applyOnDisk(StateRuns<K, S> changed, Overlay<K, S> overlay, BatchTime time, long settled) {
        try {
            changed.change(overlay, time);
            changed.settle(settled);
        } catch (CodecException e) {
            space.staysInMemory(e);
            stuck = true;
            comeBack(changed);
            inMemory().apply(overlay, time);
            account(inMemory());
            return;
        }
        reservation.setTo(changed.bytes()); // computing never waits for memory
        SharedRuns found = changed.shared();
        if (found != null) {
            found.changed(overlay.size());
        } else if (room.isDue(reservation, reports.onDisk(this, changed.tableBytes()))) {
            comeBackIfPossible(changed);
        }
    }

    private void comeBackIfPossible(StateRuns<K, S> from) {
        try {
            comeBack(from);
            account(inMemory());
        } catch (MillraceException e) { // the batch is decided; one that needs what cannot be read fails
            room.hasLeft();
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a partition of a state stays on disk, though memory has room for it",
                    e);
        }
    }

    /** Reads back what is on disk. */
    private void comeBack(StateRuns<K, S> from) {
        SharedRuns found = from.shared();
        if (found != null) {
            found.awaitSplit();
            takePart();
        }
        if (runs == null) {
            return;
        }
        StateTable<K, S> read = new StateTable<>(timed, (int) Math.min(from.size(), MOST_ROOM));
        try (RunsView<K, S> view = from.view()) {
            view.addTo(read);
        }
        read.loaded();
        table = read;
        forgetRuns();
        reports.cameBack(this, read.size(), read.estimatedBytes(), space.budget());
    }

    private void forgetRuns() {
        if (runs != null) {
            runs.close();
            runs = null;
        }
    }

    /** Counts the table; if there is no room for it, it goes to disk. */
    private void account(StateTable<K, S> counted) {
        long bytes = counted.estimatedBytes();
        if (reservation.tryGrowTo(bytes)) {
            reservation.setTo(bytes);
        } else if (users > 0 || !moveToDisk(counted, bytes)) {
            reservation.setTo(bytes);
        }
    }

    @Override
    public long spill() {
        if (lock.isHeldByCurrentThread()
                || !lock.tryLock()) { // this thread asks for memory for it, or another works on it
            return 0;
        }
        try {
            long held = reservation.held();
            if (users == 0 && runs != null) {
                runs.flushIfWorthwhile();
                reservation.setTo(runs.bytes());
            } else if (users == 0 && held > 0) {
                moveToDisk(inMemory(), held);
            }
            return Math.max(0, held - reservation.held());
        } finally {
            lock.unlock();
        }
    }

    /** Writes the table to disk; false if that cannot be. */
    private boolean moveToDisk(StateTable<K, S> moved, long bytes) {
        if (stuck || !space.maySpill()) {
            return false;
        }
        StateRuns<K, S> target = new StateRuns<>(space, states, timed);
        try {
            target.add(moved, bytes);
            runs = target;
            table = null;
            reservation.setTo(target.bytes());
            room.hasLeft();
            reports.wentToDisk(this, moved.size(), bytes, space.budget());
            return true;
        } catch (CodecException e) {
            space.staysInMemory(e);
            stuck = true;
        } catch (IOException e) {
            space.staysInMemory(e);
        }
        return false;
    }

    /**
     * Adds a key that is known to be absent, with its state as it is held; after the last of them comes {@link #restored}. They come in
     * any order.
     *
     * @param arrival grows with their first arrival
     */
    void restore(K key, int hash, Object value, long touched, long arrival) {
        if (restoredOrder == null) {
            restoredOrder = new ArrivalOrder();
        }
        inMemory().load(key, hash, value, touched);
        restoredOrder.add(arrival);
    }

    @Override
    public void restored() {
        exclusively(() -> {
            if (restoredOrder != null) {
                inMemory().loaded(restoredOrder.sorted());
                restoredOrder = null;
                account(inMemory());
            }
        });
    }

    /** Drops everything. */
    @Override
    public void close() {
        exclusively(() -> {
            stuck = true;
            reservation.close();
            forgetRuns();
        });
    }

    @Override
    public long lastUse() {
        return lastUse;
    }
}
