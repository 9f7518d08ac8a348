/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import dev.millrace.spi.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The machine's clocks, set and put forward as a test wants. */
public final class SetClock implements Clock {
    private final AtomicLong wallOffset = new AtomicLong();
    private final AtomicLong nanosOffset = new AtomicLong();

    @Override
    public long wallMillis() {
        return System.currentTimeMillis() + wallOffset.get();
    }

    @Override
    public long nanos() {
        return System.nanoTime() + nanosOffset.get();
    }

    /** Somebody sets the clock on the wall. */
    public void set(Duration by) {
        wallOffset.addAndGet(by.toMillis());
    }

    /** The process stands still, and time passes. */
    public void pass(Duration time) {
        wallOffset.addAndGet(time.toMillis());
        nanosOffset.addAndGet(time.toNanos());
    }
}
