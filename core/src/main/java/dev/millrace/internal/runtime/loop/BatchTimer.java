/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import dev.millrace.spi.Clock;
import dev.millrace.streaming.BatchTime;

/**
 * Says when batches are due. The wall clock is read once, to align the grid; after that the monotonic clock counts, so
 * batch times strictly increase whatever people do to the wall clock. Ticks that were missed in a pause are made
 * up for, one by one; of a long pause only the last hundred.
 */
public final class BatchTimer implements Ticks {
    private static final long MOST_CAUGHT_UP = 100;

    /** With short intervals one batch at a time is planned, so that the next one takes all that comes while it runs. */
    private static final long LEAST_UNDER_WAY = 1;

    private static final long MOST_UNDER_WAY = 100;

    /** There may be one batch under way for each of these in the interval. It is much more than an empty batch costs. */
    private static final long WAITING_MILLIS = 50;

    private final Clock clock;
    private final long intervalMillis;
    private final long originMillis;
    private final long originNanos;
    private long lastMillis;

    /**
     * @param last the batch time before the first tick; ticks lie at whole intervals from it
     */
    public BatchTimer(Clock clock, long intervalMillis, BatchTime last) {
        this.clock = clock;
        this.intervalMillis = intervalMillis;
        originMillis = Math.max(clock.wallMillis(), last.milliseconds()); // a grid ahead of the clock is not waited for
        originNanos = clock.nanos();
        lastMillis = last.milliseconds();
    }

    /** The last whole interval before now, on a grid that starts at the epoch. */
    public static BatchTime floor(Clock clock, long intervalMillis) {
        return new BatchTime(Math.floorDiv(clock.wallMillis(), intervalMillis) * intervalMillis);
    }

    @Override
    public long nanosUntilNext() {
        return (lastMillis + intervalMillis - originMillis) * 1_000_000L - (clock.nanos() - originNanos);
    }

    @Override
    public BatchTime tick() {
        long lateNanos = Math.max(0, -nanosUntilNext());
        long missed = lateNanos / (intervalMillis * 1_000_000L);
        lastMillis += (Math.max(0, missed - MOST_CAUGHT_UP) + 1) * intervalMillis;
        return new BatchTime(lastMillis);
    }

    @Override
    public boolean leaveOutEmpty() {
        return false;
    }

    @Override
    public void leftOut() {} // only the last batches of a stop are left out, and no tick comes after them

    /** Small batches that wait would each cost what a batch costs: then the next one takes all that has come, and a backlog goes away. */
    @Override
    public int mostUnderWay() {
        return (int) Math.max(LEAST_UNDER_WAY, Math.min(MOST_UNDER_WAY, intervalMillis / WAITING_MILLIS));
    }

    @Override
    public boolean comeByThemselves() {
        return true;
    }
}
