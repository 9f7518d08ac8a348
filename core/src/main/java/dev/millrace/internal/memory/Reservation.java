/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

/** The bytes of the budget that one holder has, a number that follows what it holds. Guarded by its holder. */
public final class Reservation implements AutoCloseable {
    private final MemoryBudget budget;
    private long held;

    public Reservation(MemoryBudget budget) {
        this.budget = budget;
    }

    public long held() {
        return held;
    }

    /** Takes what is missing to {@code bytes}; if it is refused, nothing changes. */
    public boolean tryGrowTo(long bytes) {
        if (bytes > held && !budget.tryAcquire(bytes - held)) {
            return false;
        }
        held = Math.max(held, bytes);
        return true;
    }

    /** Takes it only if it is free: no evictor is asked. */
    public boolean tryGrowFree(long bytes) {
        if (bytes > held && !budget.tryAcquireFree(bytes - held)) {
            return false;
        }
        held = Math.max(held, bytes);
        return true;
    }

    /** Becomes {@code bytes}, whatever is free. */
    public void setTo(long bytes) {
        if (bytes > held) {
            budget.acquireAnyway(bytes - held);
        } else {
            budget.release(held - bytes);
        }
        held = bytes;
    }

    /** Gives everything back. */
    @Override
    public void close() {
        setTo(0);
    }
}
