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
    private final boolean logged;
    private boolean lastBatchOver;
    private long pending;
    private long blocks;
    private long unlogged;
    private long crowded;

    /**
     * @param maxPending how many bytes may be stored and not yet processed
     * @param maxBlocks in how many blocks, each of which takes some memory wherever it stands
     * @param maxUnlogged how many of them may be on their way to the log or to disk
     * @param logged whether what is stored outlives the process
     */
    ReceiverGate(long maxPending, long maxBlocks, long maxUnlogged, boolean logged) {
        this.maxPending = maxPending;
        this.maxBlocks = maxBlocks;
        this.maxUnlogged = maxUnlogged;
        this.logged = logged;
    }

    /** Returns when there is room; false if there will be none, or {@code cancelled} says so. */
    synchronized boolean await(BooleanSupplier cancelled) throws InterruptedException {
        while (isClosed() && !cancelled.getAsBoolean() && (logged || !lastBatchOver)) {
            wait();
        }
        return !isClosed();
    }

    private boolean isClosed() {
        return unlogged >= maxUnlogged || isCrowded() && !(logged && lastBatchOver);
    }

    private boolean isCrowded() {
        return pending >= maxPending || blocks >= maxBlocks || crowded > 0;
    }

    /**
     * No batch will process anything any more: what is stored now goes to the log for the next start, however much waits.
     * Without a log nobody waits for room that does not come.
     */
    synchronized void lastBatchOver() {
        lastBatchOver = true;
        notifyAll();
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
