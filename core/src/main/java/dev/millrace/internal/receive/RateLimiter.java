/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.spi.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Spaces out what a receiver stores to so many records a second. Records that come at once are let through and waited for
 * afterwards; up to {@value #BURST_MILLIS} ms that were not used may be made up for, because waits are never exact.
 */
final class RateLimiter {
    private static final long BURST_MILLIS = 20;

    private final Clock clock;
    private final double maxRate;
    private double rate;
    private boolean lifted;
    private long nextNanos; // when the next record is due

    /**
     * @param maxRate records a second that the rate never exceeds; infinite for none
     * @param rate the rate to begin with
     */
    RateLimiter(Clock clock, double maxRate, double rate) {
        this.clock = clock;
        this.maxRate = maxRate;
        this.rate = Math.min(rate, maxRate);
        nextNanos = clock.nanos();
    }

    synchronized double rate() {
        return rate;
    }

    /** Sets the rate, at most the greatest. */
    synchronized void setRate(double recordsPerSecond) {
        rate = Math.min(recordsPerSecond, maxRate);
        nextNanos = Math.min(nextNanos, clock.nanos() + TimeUnit.SECONDS.toNanos(1)); // no long debt at an old rate
        notifyAll();
    }

    /** From now on there is no rate, because no batch processes what is stored. */
    synchronized void lift() {
        lifted = true;
        notifyAll();
    }

    /** The number of records that may come together so that they keep to the rate; at least one. */
    synchronized int mostAtOnce() {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, rate * BURST_MILLIS / 1000));
    }

    /** Returns when the records before are paid for, and owes {@code records}. */
    synchronized void acquire(int records, BooleanSupplier cancelled) throws InterruptedException {
        while (Double.isFinite(rate) && !lifted && !cancelled.getAsBoolean()) {
            long now = clock.nanos();
            if (nextNanos <= now) {
                nextNanos = Math.max(nextNanos, now - TimeUnit.MILLISECONDS.toNanos(BURST_MILLIS))
                        + (long) (records * 1e9 / rate);
                return;
            }
            TimeUnit.NANOSECONDS.timedWait(this, nextNanos - now);
        }
    }

    synchronized void wake() {
        notifyAll();
    }
}
