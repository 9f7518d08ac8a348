/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import java.util.function.BooleanSupplier;

/**
 * Lets receivers store, or makes them wait: while too much is stored that no batch has processed, while the log has not
 * caught up, and while blocks that may stand in memory only have no room there. Counts bytes of all receivers of a program, and
 * those of each: a receiver that has less than its share goes on when others have taken all. A record that one
 * thread stores at once may exceed a bound, and waits are only before a store.
 */
final class ReceiverGate {
    private static final int HARD = 2; // beyond so many times a bound every receiver waits

    private final long maxPending;
    private final long maxBlocks;
    private final long maxUnlogged;
    private final boolean logged;
    private boolean lastBatchOver;
    private int receivers;
    private long pending;
    private long blocks;
    private long unlogged;
    private long crowded;

    /**
     * @param maxPending how many bytes may be stored and not yet processed
     * @param maxBlocks in how many blocks, each of which takes some memory wherever it stands
     * @param maxUnlogged how many of them may be on their way to the log or to disk, or in memory without room
     * @param logged whether what is stored outlives the process
     */
    ReceiverGate(long maxPending, long maxBlocks, long maxUnlogged, boolean logged) {
        this.maxPending = maxPending;
        this.maxBlocks = maxBlocks;
        this.maxUnlogged = maxUnlogged;
        this.logged = logged;
    }

    /** Another receiver; the shares of the others become smaller by that. */
    synchronized Share newShare() {
        receivers++;
        return new Share();
    }

    /** Counts the data that one receiver has stored, and says whether it may store more. */
    final class Share {
        private long ownPending;
        private long ownBlocks;
        private long ownCrowded;

        private Share() {}

        /** Returns when there is room; false if there will be none, or {@code cancelled} says so. */
        boolean await(BooleanSupplier cancelled) throws InterruptedException {
            synchronized (ReceiverGate.this) {
                while (isClosed() && !cancelled.getAsBoolean() && (logged || !lastBatchOver)) {
                    ReceiverGate.this.wait();
                }
                return !isClosed();
            }
        }

        private boolean isClosed() {
            return unlogged >= maxUnlogged || isCrowded() && !(logged && lastBatchOver);
        }

        private boolean isCrowded() {
            return isFull(pending, ownPending, maxPending)
                    || isFull(blocks, ownBlocks, maxBlocks)
                    || ownCrowded > 0
                    || crowded >= maxUnlogged;
        }

        private boolean isFull(long all, long own, long most) {
            return all >= most && (own >= most / receivers || all >= HARD * most);
        }

        /** A block waits to be processed. */
        void sealed(long bytes) {
            add(bytes, 1, 0);
        }

        /** It was. */
        void processed(long bytes) {
            add(-bytes, -1, 0);
        }

        /** A block stands in memory without room; negative when it is gone. */
        void crowded(long bytes) {
            add(0, 0, bytes);
        }

        private void add(long bytes, int count, long crowding) {
            synchronized (ReceiverGate.this) {
                ownPending += bytes;
                pending += bytes;
                ownBlocks += count;
                blocks += count;
                ownCrowded += crowding;
                crowded += crowding;
                ReceiverGate.this.notifyAll();
            }
        }
    }

    /**
     * No batch will process anything any more: what is stored now goes to the log for the next start, however much waits.
     * Without a log no receiver waits for room that does not come.
     */
    synchronized void lastBatchOver() {
        lastBatchOver = true;
        notifyAll();
    }

    /** A block is on its way to disk; negative when it is there. */
    synchronized void unlogged(long bytes) {
        unlogged += bytes;
        notifyAll();
    }

    /** Lets receivers that wait ask again whether they are cancelled. */
    synchronized void wake() {
        notifyAll();
    }
}
