/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.logging;

import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;

/** Formats values for a line of the log. */
public final class Lines {
    private static final Pattern BREAKS = Pattern.compile("\\s*\\R\\s*");

    private Lines() {}

    /** The text without line breaks: it may come from outside, and would pass for a line of its own. */
    public static String one(String text) {
        return BREAKS.matcher(text.strip()).replaceAll(" / ");
    }

    /** The time as everywhere, and as people read it. */
    public static String time(BatchTime time) {
        return time + " (" + Instant.ofEpochMilli(time.milliseconds()) + ")";
    }

    /** A time such as {@code 12 ms}, {@code 3.4 s} or {@code 90 s}. */
    public static String duration(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1000) {
            return millis + " ms";
        }
        return millis < 10_000 && millis % 1000 != 0
                ? String.format(Locale.ROOT, "%.1f s", millis / 1000.0)
                : millis / 1000 + " s";
    }

    /** {@code 1 batch}, {@code 2 batches}. */
    public static String count(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}
