/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StepTable;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.Reservation;
import dev.millrace.internal.memory.SizeEstimate;
import dev.millrace.streaming.BatchTime;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The contents of one partition of a window, kept from slide to slide and changed in place: in memory while there is room, else on disk.
 *
 * <pre>{@code
 *              a slide finds no room, or others need the memory
 *   in memory ---------------------------------------------------------> on disk
 *       ^                                                                  |
 *       +------------------------------------------------------------------+
 *         there has been room for a while, or the codec does not know the types (then for good)
 * }</pre>
 *
 * <p>On each way the contents are forgotten and built again from the panes. So they are after an attempt that failed, which leaves contents that know
 * that they are incomplete, and after a batch that is rolled back. The table belongs to the task that slides it, and between batches to the
 * batch thread; any thread may {@link #spill} it while it does not slide.
 */
public final class SlidingTable<P, T> implements StepTable {
    private static final System.Logger LOG = System.getLogger("dev.millrace.memory");
    private static final long LEAST_BYTES = 1 << 10; // that each needs, whatever the budget
    private static final int SHORTEST_STAY = 16; // slides on disk, so that what is built again in vain costs little
    private static final int LONGEST_STAY = 1 << 10;

    private final Operator operator;
    private final Supplier<Contents<P, T>> open;
    private final MemorySpace space;
    private final Reservation reservation;
    private final ReentrantLock lock = new ReentrantLock();
    private Contents<P, T> contents;
    private Contents.@Nullable OnDisk<P, T> onDisk;
    private boolean stuck; // in memory
    private int stay = SHORTEST_STAY;
    private int slidesOnDisk;
    private volatile long lastUse = Long.MIN_VALUE;

    SlidingTable(Operator operator, Supplier<Contents<P, T>> open, MemorySpace space) {
        this.operator = operator;
        this.open = open;
        this.space = space;
        reservation = space.reservation();
        contents = open.get();
    }

    void slide(BatchTime time, P panes, Consumer<T> sink) {
        lock.lock();
        try {
            lastUse = time.milliseconds();
            if (onDisk != null) {
                slideOnDisk(onDisk, time, panes, sink);
            } else if (!slideInMemory(time, panes, sink)) {
                slideOnDisk(moved(), time, panes, sink);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns false if there is no room; nothing has been given then. */
    private boolean slideInMemory(BatchTime time, P panes, Consumer<T> sink) {
        Contents<P, T> kept = contents;
        try {
            kept.slide(time, panes, this::hasRoom, sink);
        } catch (Room.NoRoom e) {
            return false;
        }
        long bytes = kept.bytes(SizeEstimate.ofSeveral());
        if (hasRoom(bytes)) {
            reservation.setTo(bytes);
        } else {
            moved();
        }
        return true;
    }

    private boolean hasRoom(long bytes) {
        if (reservation.tryGrowTo(bytes)) {
            return true;
        }
        if (stuck || bytes <= LEAST_BYTES) {
            reservation.setTo(bytes);
            return true;
        }
        return false;
    }

    /** Forgets what is in memory. */
    private Contents.OnDisk<P, T> moved() {
        LOG.log(
                System.Logger.Level.DEBUG,
                "memory is short: a partition of what {0} keeps of its window goes to disk",
                operator);
        contents = open.get();
        reservation.close();
        slidesOnDisk = 0;
        Contents.OnDisk<P, T> made = contents.onDisk(space);
        onDisk = made;
        return made;
    }

    private void slideOnDisk(Contents.OnDisk<P, T> kept, BatchTime time, P panes, Consumer<T> sink) {
        try {
            kept.slide(
                    time,
                    panes,
                    bytes -> {
                        reservation.setTo(bytes); // computing never waits for memory
                        return true;
                    },
                    sink);
        } finally {
            reservation.close();
        }
        if (kept.isStuck()) {
            stuck = true;
            moveBack(kept);
        } else if (++slidesOnDisk >= stay && hasRoomFor(2 * kept.expandedBytes())) {
            stay = Math.min(LONGEST_STAY, 2 * stay);
            moveBack(kept);
        }
    }

    /** Only what is free counts: what would give way is needed by others. */
    private boolean hasRoomFor(long bytes) {
        boolean free = reservation.tryGrowFree(bytes);
        reservation.close();
        slidesOnDisk = free ? slidesOnDisk : 0;
        return free;
    }

    private void moveBack(Contents.OnDisk<P, T> kept) {
        LOG.log(
                System.Logger.Level.DEBUG,
                "a partition of what {0} keeps of its window stays in memory from now on"
                        + (stuck ? ", because it cannot be encoded" : ": there is room again"),
                operator);
        kept.close();
        onDisk = null;
    }

    @Override
    public long spill() {
        if (lock.isHeldByCurrentThread() || !lock.tryLock()) {
            return 0; // it slides
        }
        try {
            long held = reservation.held();
            if (stuck || held <= LEAST_BYTES) {
                return 0;
            }
            moved();
            return held;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long lastUse() {
        return lastUse;
    }

    @Override
    public void rolledBack() {
        reset(true);
    }

    @Override
    public void close() {
        reset(false);
    }

    /** Code of the program that does not end may slide it still; that is not waited for. */
    private void reset(boolean again) {
        boolean locked = lock.tryLock();
        try {
            reservation.close();
            contents = open.get();
            if (onDisk != null) {
                onDisk.close();
                onDisk = again ? contents.onDisk(space) : null;
            }
        } finally {
            if (locked) {
                lock.unlock();
            }
        }
    }
}
