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
}
