/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import java.time.Duration;

/** Durations by unit, as DStream programs write them. */
public final class Durations {
    private Durations() {}

    /** So many milliseconds. */
    public static Duration milliseconds(long milliseconds) {
        return Duration.ofMillis(milliseconds);
    }

    /** So many seconds. */
    public static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    /** So many minutes. */
    public static Duration minutes(long minutes) {
        return Duration.ofMinutes(minutes);
    }

    /** The shorter one of the two. */
    public static Duration min(Duration first, Duration second) {
        return second.compareTo(first) < 0 ? second : first;
    }

    /** The longer one of the two. */
    public static Duration max(Duration first, Duration second) {
        return second.compareTo(first) > 0 ? second : first;
    }

    /**
     * Returns whether a duration is a whole number of {@code unit}s, in milliseconds.
     *
     * @throws IllegalArgumentException if {@code unit} is shorter than a millisecond
     */
    public static boolean isMultipleOf(Duration duration, Duration unit) {
        return duration.toMillis() % positive(unit) == 0;
    }

    /**
     * The length of a duration in {@code unit}s, both in whole milliseconds; a rest is a fraction.
     *
     * @throws IllegalArgumentException if {@code unit} is shorter than a millisecond
     */
    public static double div(Duration duration, Duration unit) {
        return (double) duration.toMillis() / positive(unit);
    }

    private static long positive(Duration unit) {
        if (unit.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "a unit of " + unit.toMillis() + " ms; it must be at least 1 ms, such as Durations.seconds(1)");
        }
        return unit.toMillis();
    }
}
