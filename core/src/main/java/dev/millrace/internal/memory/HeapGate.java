/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The last gate of the budget, for what its estimates miss: while a collection has left more than {@value #MOST_PERCENT} %
 * of the heap in use, the budget may have given out no more than it had then, less what is too much. So holders spill and
 * receivers wait until a later collection finds room. A reading that no other follows for {@value #VALID_SECONDS} seconds
 * says nothing any more, because a heap that is full is collected all the time; so no holder waits for a collection that does
 * not come. Safe for several threads.
 */
final class HeapGate {
    private static final System.Logger LOG = System.getLogger("dev.millrace.memory");
    private static final int MOST_PERCENT = 85;
    private static final int VALID_SECONDS = 10;
    private static final long VALID_NANOS = Duration.ofSeconds(VALID_SECONDS).toNanos();
    private static final long LOOK_NANOS = Duration.ofMillis(5).toNanos();
    private static final long WARN_NANOS = Duration.ofMinutes(10).toNanos();

    private final Heap heap;
    private final LongSupplier nanos;
    private volatile long limit = Long.MAX_VALUE;
    private volatile long looked;
    private long mark = -1; // so that the first look counts
    private long marked;
    private boolean everWarned;
    private long warned;

    /** The figures of the collector. */
    interface Heap {
        /** The size to which the heap may grow, in bytes. */
        long max();

        /** The number of bytes that the last collections of its parts have left in use. */
        long inUse();

        /** A number that is another after each collection of the old objects. */
        long collection();
    }

    HeapGate(Heap heap, LongSupplier nanos) {
        this.heap = heap;
        this.nanos = nanos;
        looked = nanos.getAsLong() - LOOK_NANOS;
    }

    /**
     * The bytes that the budget may have given out, which may be zero or less.
     *
     * @param used what it has given out
     * @param total what it may give out by its own count
     */
    long limit(long used, long total) {
        long now = nanos.getAsLong();
        if (now - looked >= LOOK_NANOS) {
            look(now, used, total);
        }
        return Math.min(limit, total);
    }

    private synchronized void look(long now, long used, long total) {
        looked = now;
        long collection = heap.collection();
        if (collection == mark) {
            limit = now - marked >= VALID_NANOS ? Long.MAX_VALUE : limit;
            return;
        }
        mark = collection;
        marked = now;
        long inUse = heap.inUse();
        long excess = inUse - heap.max() / 100 * MOST_PERCENT;
        limit = excess > 0 ? used - excess : Long.MAX_VALUE;
        if (excess > 0 && (!everWarned || now - warned >= WARN_NANOS)) {
            everWarned = true;
            warned = now;
            warn(inUse, used, total);
        }
    }

    private void warn(long inUse, long used, long total) {
        LOG.log(
                System.Logger.Level.WARNING,
                "the heap is almost full: after a collection " + megabytes(inUse) + " of " + megabytes(heap.max())
                        + " MB are in use, and millrace.memory.budget of " + megabytes(total) + " MB knows of "
                        + megabytes(used)
                        + "; until there is room, data is spilled and receivers wait as if the budget were"
                        + " used up; raise -Xmx, or declare the types of records that cannot be spilled by"
                        + " registerTypes, or let the program itself keep less");
    }

    private static long megabytes(long bytes) {
        return bytes >> 20;
    }
}
