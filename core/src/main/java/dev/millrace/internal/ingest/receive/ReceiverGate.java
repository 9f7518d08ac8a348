/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.ingest.receive;

import java.util.function.BooleanSupplier;

/**
 * Lets receivers store, or makes them wait: while too much is stored that no batch has processed, while the log has not
 * caught up, and while blocks that may stand in memory only have no room there. Counts bytes of all receivers of a program.
 * What one
 * thread stores at once may exceed a bound, and waits are only before a store.
 */
final class ReceiverGate {
    private final long maxPending;
    private final long maxBlocks;
    private final long maxUnlogged;
    private long pending;
    private long blocks;
    private long unlogged;
    private long crowded;

    /**
     * @param maxPending how many bytes may be stored and not yet processed
     * @param maxBlocks in how many blocks, each of which takes some memory wherever it stands
     * @param maxUnlogged how many of them may be on their way to the log or to disk
     */
    ReceiverGate(long maxPending, long maxBlocks, long maxUnlogged) {
        this.maxPending = maxPending;
        this.maxBlocks = maxBlocks;
        this.maxUnlogged = maxUnlogged;
    }

    /** Returns when there is room, or when {@code cancelled} says so. */
    synchronized void await(BooleanSupplier cancelled) throws InterruptedException {
        while (isClosed() && !cancelled.getAsBoolean()) {
            wait();
        }
    }

    private boolean isClosed() {
        return pending >= maxPending || blocks >= maxBlocks || unlogged >= maxUnlogged || crowded > 0;
    }

    /** A block waits to be processed. */
    synchronized void sealed(long bytes) {
        pending += bytes;
        blocks++;
    }

    /** It was. */
    synchronized void processed(long bytes) {
        pending -= bytes;
        blocks--;
        notifyAll();
    }

    /** A block is on its way to disk; negative when it is there. */
    synchronized void unlogged(long bytes) {
        unlogged += bytes;
        notifyAll();
    }

    /** A block stands in memory without room; negative when it is gone. */
    synchronized void crowded(long bytes) {
        crowded += bytes;
        notifyAll();
    }

    /** Lets those who wait ask again whether they are cancelled. */
    synchronized void wake() {
        notifyAll();
    }

    synchronized long pending() {
        return pending;
    }
}
