/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.time.Duration;

/**
 * Chooses when to ask the brokers next: so that the answer is there just before a batch is planned, which then takes what is new for the price
 * of one question a batch. Batches are planned at the pace of their interval, and {@link #planned} tells when one was. A batch that comes late,
 * because the one before it takes long, is asked for again, so that it does not take an old answer for all that has come. One thread asks,
 * another tells. Before the first batch, while the program starts, it is asked now and then.
 */
final class AskingTimes {
    private static final long MOST = Duration.ofSeconds(1).toNanos(); // so that trouble and new topics are noticed
    private static final long MARGIN = Duration.ofMillis(1).toNanos(); // of a thread that is to run
    private static final int PART = 20; // of an interval, by which a question may be early
    private static final int AGAIN = 4; // the part of an interval by which a batch is late when it is asked for again
    private static final int WEIGHT = 8; // of what was before in the mean

    private final long interval;
    private volatile long planned;
    private volatile boolean plans;
    private long asked;
    private long answered;
    private long took; // a question, in the mean

    AskingTimes(Duration interval) {
        this.interval = interval.toNanos();
    }

    /** A batch was planned just now. */
    void planned(long nanos) {
        planned = nanos;
        plans = true;
    }

    /** A question was answered. */
    void answered(long asked, long answered) {
        long nanos = answered - asked;
        took = took == 0 ? nanos : took + (nanos - took) / WEIGHT;
        this.asked = asked;
        this.answered = answered;
    }

    /** Returns how many nanoseconds to wait before the next question; that changes when a batch is planned meanwhile. */
    long untilNext(long now) {
        long next = plans ? forTheNextBatch() : answered + interval / AGAIN;
        return Math.min(next, answered + MOST) - now;
    }

    private long forTheNextBatch() {
        long due = planned + interval - Math.min(interval / 2, MARGIN + 2 * took + interval / PART);
        long late = asked - due;
        return late < 0 ? due : answered + Math.max(interval / AGAIN, Math.min(interval, late));
    }
}
