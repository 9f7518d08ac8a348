/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.logging;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits the lines about a part that may fail very often: each line once a minute, and at most {@value #MOST} different ones
 * a minute. Others are counted, and the next line that is told says how many they were. Any thread.
 */
public final class RateLimit {
    static final int MOST = 10;
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanos;
    private final Map<String, Minute> minutes = new TreeMap<>();

    public RateLimit(LongSupplier nanos) {
        this.nanos = nanos;
    }

    private static final class Minute {
        private final long since;
        private final Set<String> told = new HashSet<>();
        private long leftOut;

        Minute(long since) {
            this.since = since;
        }
    }

    /**
     * The line to log now, or null if it is left out.
     *
     * @param sender whom it is about
     */
    public synchronized @Nullable String line(String sender, String text) {
        long now = nanos.getAsLong();
        Minute minute = minutes.get(sender);
        if (minute == null || now - minute.since >= MINUTE) {
            String more = minute == null ? "" : leftOut(minute);
            minute = new Minute(now);
            minute.told.add(text);
            minutes.put(sender, minute);
            return text + more;
        }
        if (minute.told.size() < MOST && minute.told.add(text)) {
            return text;
        }
        minute.leftOut++;
        return null;
    }

    private static String leftOut(Minute minute) {
        return minute.leftOut == 0 ? "" : " (" + minute.leftOut + " more lines about it were left out before)";
    }

    /** The lines that say what was left out and is not told yet, at the end. */
    public synchronized List<String> rest() {
        List<String> lines = new ArrayList<>();
        minutes.forEach((sender, minute) -> {
            if (minute.leftOut > 0) {
                lines.add(sender + ":" + leftOut(minute));
            }
        });
        minutes.clear();
        return lines;
    }
}
