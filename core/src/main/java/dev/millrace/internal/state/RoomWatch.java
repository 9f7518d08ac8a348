/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.memory.Reservation;

/**
 * Says when a partition on disk had better come back: when for some batches, one after the other, twice the room was free that all of its
 * state would take that is on disk; for more of them each time that it had to leave again, so that it does not go to and fro.
 * One thread at a time asks.
 */
final class RoomWatch {
    private static final int FIRST = 4;
    private static final int MOST = 1 << 12;
    private static final int PLENTY = 2;

    private int needed = FIRST / 2;
    private int inARow;

    /** The partition has gone to disk. */
    void hasLeft() {
        needed = Math.min(MOST, 2 * needed);
        inARow = 0;
    }

    /**
     * A batch has ended.
     *
     * @param reservation what the partition holds while it is on disk
     * @param bytes what the partitions of the state that are on disk would take in memory
     */
    boolean isDue(Reservation reservation, long bytes) {
        long held = reservation.held();
        boolean isFree = reservation.tryGrowFree(held + PLENTY * bytes);
        reservation.setTo(held);
        inARow = isFree ? inARow + 1 : 0;
        return inARow >= needed;
    }
}
