/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.spi.Clock;

/** A machine's clocks, which stand until they are told to go on. */
final class ToldClock implements Clock {
    private static final long BOOTED = 7_000_000_000_123L; // the monotonic clock begins anywhere

    private volatile long nanos = BOOTED;
    private volatile long wallNanos = 1_000_000_000L; // not 0: batch times are positive

    @Override
    public long wallMillis() {
        return Math.floorDiv(wallNanos, 1_000_000L);
    }

    @Override
    public long nanos() {
        return nanos;
    }

    /** Time passes. */
    void pass(long passed) {
        nanos += passed;
        wallNanos += passed;
    }

    /** Somebody sets the clock on the wall. */
    void set(long by) {
        wallNanos = Math.max(1_000_000_000L, wallNanos + by);
    }
}
