/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The memory that received blocks, shuffles, the cache and panes share, in bytes, estimated where they are objects. It
 * counts, and holds nothing itself. Memory that the estimates miss shows in the heap: while that is almost full, the budget gives
 * out less ({@link HeapGate}). A holder that is refused memory spills, drops, or lets its producer wait; computing never waits for
 * memory.
 *
 * <p>Safe for several threads. Evictors run on the thread that asks for memory, a receiver's too, and on several threads
 * at once; no lock of the budget is held meanwhile. So that threads do not wait in a circle, a thread asks for memory while it
 * holds no lock that an evictor takes, and what an evictor itself asks for is given or refused without asking evictors.
 */
public final class MemoryBudget {
    private final long total;
    private final @Nullable HeapGate gate;
    private final List<Evictor> evictors = new CopyOnWriteArrayList<>();
    private final ThreadLocal<Boolean> evicting = ThreadLocal.withInitial(() -> false);
    private long used;

    /** One that trusts its estimates, however full the heap is. */
    public MemoryBudget(long total) {
        this(total, null);
    }

    MemoryBudget(long total, @Nullable HeapGate gate) {
        this.total = total;
        this.gate = gate;
    }

    /** One that looks at the heap of this JVM. */
    public static MemoryBudget ofHeap(long total) {
        return new MemoryBudget(total, new HeapGate(new CollectedHeap(), System::nanoTime));
    }

    /** A holder that can do with less: it spills or drops what it holds, and releases that. */
    @FunctionalInterface
    public interface Evictor {
        /** Frees about {@code bytes}, or what it can, through {@link #release}. Called without any lock held. */
        void evict(long bytes);
    }

    /** Asked in the order of being added, when memory is short: what is cheapest to do without is added first. */
    public void addEvictor(Evictor evictor) {
        evictors.add(evictor);
    }

    public long total() {
        return total;
    }

    public synchronized long used() {
        return used;
    }

    /** Takes {@code bytes} if they are free, or can be freed. */
    public boolean tryAcquire(long bytes) {
        return tryAcquireFree(bytes) || (!evicting.get() && takeAfterEviction(bytes));
    }

    private boolean takeAfterEviction(long bytes) {
        evicting.set(true);
        try {
            for (Evictor evictor : evictors) {
                long missing = missing(bytes);
                if (missing > 0) {
                    evictor.evict(missing);
                }
                if (tryAcquireFree(bytes)) {
                    return true;
                }
            }
            return false;
        } finally {
            evicting.remove();
        }
    }

    /** Takes {@code bytes} if they are free, without asking anybody to give way. */
    public synchronized boolean tryAcquireFree(long bytes) {
        boolean free = used + bytes <= limit();
        used += free ? bytes : 0;
        return free;
    }

    /** Takes {@code bytes} whatever is free, for what must be held; others get less then. */
    public synchronized void acquireAnyway(long bytes) {
        used += bytes;
    }

    public synchronized void release(long bytes) {
        used -= bytes;
    }

    private synchronized long missing(long bytes) {
        return used + bytes - limit();
    }

    /** The gate calls no code that could ask for memory. */
    private long limit() {
        return gate == null ? total : gate.limit(used, total);
    }
}
