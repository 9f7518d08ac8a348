/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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

    /** Returns whether this time is later than {@code other}. */
    public boolean isAfter(BatchTime other) {
        return milliseconds > other.milliseconds;
    }

    /** Returns whether this time is earlier than {@code other}. */
    public boolean less(BatchTime other) {
        return milliseconds < other.milliseconds;
    }

    /** Returns whether this time is earlier than {@code other}, or the same. */
    public boolean lessEq(BatchTime other) {
        return milliseconds <= other.milliseconds;
    }

    /** Returns whether this time is later than {@code other}; the same as {@link #isAfter}. */
    public boolean greater(BatchTime other) {
        return isAfter(other);
    }

    /** Returns whether this time is later than {@code other}, or the same. */
    public boolean greaterEq(BatchTime other) {
        return milliseconds >= other.milliseconds;
    }

    /** The earlier one of the two. */
    public BatchTime min(BatchTime other) {
        return other.less(this) ? other : this;
    }

    /** The later one of the two. */
    public BatchTime max(BatchTime other) {
        return other.isAfter(this) ? other : this;
    }

    /** The last whole multiple of {@code step}, counted from 0, that is not later than this time. */
    public BatchTime floor(Duration step) {
        return floor(step, new BatchTime(0));
    }

    /** The last time that is not later than this one and comes a whole number of {@code step}s after {@code zero}. */
    public BatchTime floor(Duration step, BatchTime zero) {
        return new BatchTime(
                milliseconds - Math.floorMod(Math.subtractExact(milliseconds, zero.milliseconds), millis(step)));
    }

    /** Returns whether this time is a whole multiple of {@code step}. */
    public boolean isMultipleOf(Duration step) {
        return milliseconds % millis(step) == 0;
    }

    /** The times from this one on, each later by {@code step}, that are not later than {@code last}. */
    public List<BatchTime> to(BatchTime last, Duration step) {
        List<BatchTime> times = new ArrayList<>();
        for (long time = milliseconds, length = millis(step);
                time <= last.milliseconds;
                time = Math.addExact(time, length)) {
            times.add(new BatchTime(time));
        }
        return times;
    }

    /** The times from this one on, each later by {@code step}, that are earlier than {@code end}. */
    public List<BatchTime> until(BatchTime end, Duration step) {
        return to(end, step).stream().filter(time -> time.less(end)).toList();
    }

    private static long millis(Duration step) {
        if (step.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "a step of " + step.toMillis() + " ms between times; it must be at least 1 ms");
        }
        return step.toMillis();
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
