/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import dev.millrace.spi.Clock;
import java.time.Duration;

/**
 * The time that one stop may take, whatever it waits for. The deadline goes by the clock of the context; the grace after it is
 * real time, in which user code may react to its interrupt. For the thread that stops.
 */
public final class StopTime {
    private static final Duration LONGEST = Duration.ofDays(365);

    private final Clock clock;
    private final long until;
    private final Duration grace;
    private boolean inGrace;
    private long endOfGrace;

    public StopTime(Duration deadline, Duration grace, Clock clock) {
        this.clock = clock;
        this.grace = grace;
        until = clock.nanos() + bounded(deadline).toNanos();
    }

    /** A time that can be counted in nanoseconds. */
    static Duration bounded(Duration time) {
        return time.compareTo(LONGEST) < 0 ? time : LONGEST;
    }

    boolean isLate() {
        return until - clock.nanos() <= 0;
    }

    /** The time until the deadline; zero when it has passed. */
    Duration untilDeadline() {
        return Duration.ofNanos(Math.max(0, until - clock.nanos()));
    }

    /** The time until the deadline, and from then on until the end of the grace; not positive when that is over too. */
    public long nanosLeft() {
        long left = until - clock.nanos();
        if (left > 0) {
            return left;
        }
        long now = System.nanoTime();
        if (!inGrace) {
            inGrace = true;
            endOfGrace = now + bounded(grace).toNanos();
        }
        return endOfGrace - now;
    }
}
