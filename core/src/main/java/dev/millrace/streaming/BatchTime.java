/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import java.io.Serializable;
import java.time.Duration;

/** The end of a batch's interval, in milliseconds since the epoch (or since 0 in virtual time). */
public record BatchTime(long milliseconds) implements Comparable<BatchTime>, Serializable {

    /** The batch time at {@code milliseconds}. */
    public static BatchTime of(long milliseconds) {
        return new BatchTime(milliseconds);
    }

    /**
     * The time later by {@code duration}, in whole milliseconds.
     *
     * @throws ArithmeticException if it lies beyond the range of a long
     */
    public BatchTime plus(Duration duration) {
        return new BatchTime(Math.addExact(milliseconds, duration.toMillis()));
    }

    /**
     * The time earlier by {@code duration}, in whole milliseconds.
     *
     * @throws ArithmeticException if it lies beyond the range of a long
     */
    public BatchTime minus(Duration duration) {
        return new BatchTime(Math.subtractExact(milliseconds, duration.toMillis()));
    }

    /** The time from {@code other} to this one; negative if this one is earlier. */
    public Duration minus(BatchTime other) {
        return Duration.ofMillis(milliseconds - other.milliseconds);
    }

    /** Returns whether this time is later than {@code other}; {@link #compareTo} tells the rest. */
    public boolean isAfter(BatchTime other) {
        return milliseconds > other.milliseconds;
    }

    @Override
    public int compareTo(BatchTime other) {
        return Long.compare(milliseconds, other.milliseconds);
    }

    @Override
    public String toString() {
        return milliseconds + " ms";
    }
}
