/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.error.CodecException;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.lineage.StepTable;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.Reservation;
import dev.millrace.internal.memory.Sampler;
import dev.millrace.internal.operators.OrderedMap;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a keyed state at the version of the last committed batch: a table in memory, or a segment on disk when
 * memory is short, or both while they are the same.
 *
 * <pre>{@code
 *              spill                               spill
 *   table ---------------> segment <--------------------------- table and segment
 *     ^                     |   ^  |                             ^   |   ^  |
 *     |                     |   +--+ apply: to the segment       |   |   +--+ apply: to both
 *     |                     +------------------------------------+   |
 *     |                       read, for a task or a reader           |
 *     +--------------------------------------------------------------+
 *       the segment has grown stale, or cannot be written any more (then the table is stuck in memory)
 * }</pre>
 *
 * The batch thread alone changes it, by {@link #apply} and {@link #restore}. Tasks read the table, and any thread may spill it, but not
 * while a task has it {@link #open}. A reader of a table that is spilled meanwhile keeps what it began with.
 */
public final class StatePartition<K, S> implements StepTable {
    private static final System.Logger LOG = System.getLogger("dev.millrace.memory");
    private static final int SAMPLE = 64;
    private static final int MOST_ROOM = 1 << 26;

    private final MemorySpace space;
    private final boolean timed;
    private final SharedStates shared;
    private final Reservation reservation;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable StateTable<K, S> table;
    private @Nullable StateSegment<K, S> segment; // the same as the table, if there is one
    private int users;
    private boolean stuck;
    private boolean restoring;
    private final Sampler restoredSizes = new Sampler();
    private volatile long lastUse = Long.MIN_VALUE;

    private StatePartition(MemorySpace space, boolean timed, SharedStates shared) {
        this.space = space;
        this.timed = timed;
        this.shared = shared;
        reservation = space.reservation();
        table = new StateTable<>(timed);
    }

    /** The partitions of one state, empty. */
    static <K, S> List<StatePartition<K, S>> several(MemorySpace space, boolean timed, int partitions) {
        SharedStates shared = new SharedStates();
        return Stream.generate(() -> new StatePartition<K, S>(space, timed, shared))
                .limit(partitions)
                .toList();
    }

    MemorySpace space() {
        return space;
    }

    /** Of all partitions of the state. */
    SharedStates shared() {
        return shared;
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

    /** The table, which stays in memory until {@link #release}. */
    StateTable<K, S> open(BatchTime time) {
        lastUse = time.milliseconds();
        return locked(() -> {
            StateTable<K, S> opened = table();
            users++;
            return opened;
        });
    }

    void release() {
        exclusively(() -> users--);
    }

    /** The table, for readers. */
    StateTable<K, S> table() {
        return locked(() -> {
            StateTable<K, S> present = table;
            if (present == null) {
                StateSegment<K, S> onDisk = spilled();
                if (!reservation.tryGrowTo(onDisk.tableBytes())) {
                    reservation.setTo(onDisk.tableBytes()); // computing never waits for memory
                }
                present = onDisk.read();
                table = present;
                if (onDisk.isStale()) {
                    forgetSegment();
                }
            }
            return present;
        });
    }

    private StateSegment<K, S> spilled() {
        if (segment == null) {
            throw new IllegalStateException("a partition of a state is neither in memory nor on disk");
        }
        return segment;
    }

    private void forgetSegment() {
        if (segment != null) {
            segment.close();
            segment = null;
        }
    }

    /** A time before which no key was touched, if it is on disk alone. */
    OptionalLong oldestTouchOnDisk() {
        return locked(() -> table == null ? OptionalLong.of(spilled().oldestTouch()) : OptionalLong.empty());
    }

    @Override
    public Iterator<?> read() {
        return read(null);
    }

    /** Its keys and copies of their states, as an overlay leaves them. */
    Iterator<?> read(@Nullable Overlay<K, S> overlay) {
        return HeldStates.<S>kept(space.codec()).copies(Overlay.view(table(), overlay));
    }

    @Override
    public void writeTo(StepChanges.Sink sink) throws IOException {
        StateBlocks.write(table(), () -> new ChangeBlock(space.codec()), sink);
    }

    @Override
    public void load(List<byte[]> blocks) {
        StateTable<K, S> loaded = table();
        blocks.forEach(block -> StateBlocks.load(block, space.codec(), loaded));
        loaded.loaded();
    }

    /** About how many entries there are. */
    @Override
    public long size() {
        return locked(() -> table == null ? spilled().entries() : table.size());
    }

    /** Makes it what an overlay shows. */
    void apply(Overlay<K, S> overlay, BatchTime time) {
        if (overlay.size() == 0) {
            return;
        }
        exclusively(() -> {
            boolean kept = changeSegment(overlay, time);
            if (table != null || !kept) {
                overlay.applyTo(table(), time);
            }
            if (!kept || table != null && segment != null && segment.isStale()) {
                forgetSegment();
            }
            if (table != null) {
                account(table);
            }
        });
    }

    /** Returns whether the segment, if there is one, has the change too. */
    private boolean changeSegment(Overlay<K, S> overlay, BatchTime time) {
        if (segment == null) {
            return true;
        }
        try {
            segment.change(overlay, time);
            return true;
        } catch (CodecException e) {
            space.staysInMemory(e);
        } catch (IOException e) {
            warn(e);
        }
        return false;
    }

    private static void warn(IOException e) {
        LOG.log(System.Logger.Level.WARNING, "memory is short, and state cannot be spilled", e);
    }

    /** Counts the table; if there is no room for it, it goes to disk. */
    private void account(StateTable<K, S> counted) {
        long bytes = bytes(counted);
        if (reservation.tryGrowTo(bytes)) {
            reservation.setTo(bytes);
        } else if (users > 0 || !moveToDisk(counted, bytes)) {
            reservation.setTo(bytes);
        }
    }

    private static long bytes(StateTable<?, ?> table) {
        Sampler sizes = new Sampler();
        int step = Math.max(1, table.end() / SAMPLE);
        for (int i = 0; i < table.end(); i += step) {
            if (table.isLive(i)) {
                sizes.add(0, table.key(i), table.value(i));
            }
        }
        return table.bytes() + table.size() * sizes.mean();
    }

    @Override
    public long spill() {
        if (lock.isHeldByCurrentThread() || !lock.tryLock()) { // who asks for memory for it, or works on it
            return 0;
        }
        try {
            long held = reservation.held();
            return table != null && users == 0 && held > 0 && moveToDisk(table, held) ? held : 0;
        } finally {
            lock.unlock();
        }
    }

    private boolean moveToDisk(StateTable<K, S> moved, long bytes) {
        if (stuck) {
            return false;
        }
        if (segment == null && !write(moved, bytes)) {
            forgetSegment();
            return false;
        }
        spilled().isLike(moved, bytes);
        table = null;
        reservation.close();
        return true;
    }

    /** Adds a table, of which no key is there, to what is on disk; false if that cannot be, and then it never can. */
    private boolean write(StateTable<K, S> added, long bytes) {
        if (stuck) {
            return false;
        }
        try {
            segment = segment == null ? new StateSegment<>(space, timed) : segment;
            segment.add(added, bytes);
            return true;
        } catch (CodecException e) {
            space.staysInMemory(e);
        } catch (IOException e) {
            warn(e);
        }
        stuck = true;
        return false;
    }

    /** Makes room for what will be restored, which nothing is yet, if so much memory is free. */
    void makeRoom(long keys) {
        int expected = (int) Math.min(keys, MOST_ROOM);
        exclusively(() -> {
            if (keys > 0 && reservation.tryGrowFree(OrderedMap.bytesFor(expected))) {
                table = new StateTable<>(timed, expected);
                restoring = true;
                users++; // nobody may move it until it is complete
            }
        });
    }

    /** Adds a key that is known to be absent, with its state as it is held; after the last of them comes {@link #restored}. */
    void restore(K key, int hash, Object value, long touched) {
        if (!restoring) {
            restoring = true;
            exclusively(() -> users++); // as above
        }
        StateTable<K, S> part = table == null ? new StateTable<>(timed) : table;
        table = part;
        part.load(key, hash, value, touched);
        if (restoredSizes.isDue()) {
            restoredSizes.add(0, key, value);
            restoredSizes.next();
            exclusively(() -> restorePart(part));
        }
    }

    /** Counts what is in memory so far; if there is no room for it, it joins what is on disk. */
    private void restorePart(StateTable<K, S> part) {
        long bytes = bytes(part);
        if (!reservation.tryGrowTo(bytes) && !addToSegment(part)) {
            reservation.setTo(bytes);
        }
    }

    private boolean addToSegment(StateTable<K, S> part) {
        if (write(part, bytes(part))) {
            table = null;
            reservation.close();
            return true;
        }
        if (segment != null) {
            table = segment.read();
            for (int i = 0; i < part.end(); i++) { // restored just now, so without holes
                table.load(part.key(i), part.hash(i), part.value(i), part.touched(i));
            }
            forgetSegment();
        }
        return false;
    }

    /** The partition is restored completely. */
    void restored() {
        exclusively(() -> {
            users -= restoring ? 1 : 0;
            restoring = false;
            StateTable<K, S> part = table;
            if (part != null && (segment == null || !addToSegment(part))) {
                StateTable<K, S> whole = Objects.requireNonNull(table);
                whole.loaded();
                account(whole);
            }
        });
    }

    /** Drops everything. */
    @Override
    public void close() {
        exclusively(() -> {
            stuck = true;
            reservation.close();
            forgetSegment();
        });
    }

    @Override
    public long lastUse() {
        return lastUse;
    }
}
