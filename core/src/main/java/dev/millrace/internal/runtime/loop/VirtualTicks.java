/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import dev.millrace.streaming.BatchTime;
import java.time.Duration;

/** The ticks of virtual time: a batch is due as soon as it was asked for. */
final class VirtualTicks implements Ticks {
    private final Duration interval;
    private BatchTime last;
    private BatchTime beforeLast;
    private BatchTime notBefore;
    private int asked;
    private boolean leaveOutEmpty;

    /** @param last the time before the first batch */
    VirtualTicks(BatchTime last, Duration interval) {
        this.last = last;
        this.interval = interval;
        beforeLast = last;
        notBefore = last;
    }

    /** So many batches are due. */
    void ask(int batches) {
        asked = batches;
        leaveOutEmpty = false;
    }

    /**
     * Batches are due until one would be empty.
     *
     * @param first the time of the first, unless later ones were used already
     */
    void askForAll(BatchTime first) {
        asked = Integer.MAX_VALUE;
        leaveOutEmpty = true;
        notBefore = first;
    }

    /** No further batch is due. */
    void askNoMore() {
        asked = 0;
    }

    @Override
    public long nanosUntilNext() {
        return asked > 0 ? 0 : Long.MAX_VALUE;
    }

    @Override
    public BatchTime tick() {
        BatchTime next = last.plus(interval);
        beforeLast = last;
        last = leaveOutEmpty && notBefore.isAfter(next) ? notBefore : next;
        asked--;
        return last;
    }

    @Override
    public boolean leaveOutEmpty() {
        return leaveOutEmpty;
    }

    @Override
    public void leftOut() {
        last = beforeLast;
        asked = 0;
    }

    @Override
    public int mostUnderWay() {
        return 1; // a batch runs inside the step that plans it
    }

    @Override
    public boolean comeByThemselves() {
        return false;
    }
}
