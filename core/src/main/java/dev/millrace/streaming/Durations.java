/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import java.time.Duration;

/** Durations by unit, as DStream programs write them. */
public final class Durations {
    private Durations() {}

    public static Duration milliseconds(long milliseconds) {
        return Duration.ofMillis(milliseconds);
    }

    public static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    public static Duration minutes(long minutes) {
        return Duration.ofMinutes(minutes);
    }
}
