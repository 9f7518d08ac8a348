/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.time.Duration;

/**
 * Chooses when to ask the brokers next: so that the answer is there just before a batch is planned, which then takes what is new for the price
 * of one question a batch. Batches are planned at the pace of their interval, and {@link #planned} tells when one was. One thread asks, another
 * tells.
 */
final class AskingTimes {
    private static final long MOST = Duration.ofSeconds(1).toNanos(); // so that trouble and new topics are noticed
    private static final long MARGIN = Duration.ofMillis(1).toNanos(); // of a thread that is to run
    private static final int PART = 20; // of an interval, by which a question may be early
    private static final int WEIGHT = 8; // of what was before in the mean

    private final long interval;
    private volatile long planned;
    private volatile boolean plans;
    private long took; // a question, in the mean

    AskingTimes(Duration interval) {
        this.interval = interval.toNanos();
    }

    /** A batch was planned just now. */
    void planned(long nanos) {
        planned = nanos;
        plans = true;
    }

    /** A question was answered after so long. */
    void answered(long nanos) {
        took = took == 0 ? nanos : took + (nanos - took) / WEIGHT;
    }

    /** Returns how many nanoseconds to wait before the next question. */
    long untilNext(long now) {
        if (!plans) {
            return Math.min(MOST, interval / PART);
        }
        long lead = Math.min(interval / 2, MARGIN + 2 * took + interval / PART);
        long sincePlanned = Math.max(0, now - planned) % interval;
        long left = interval - lead - sincePlanned;
        return Math.min(MOST, left > 0 ? left : left + interval);
    }
}
