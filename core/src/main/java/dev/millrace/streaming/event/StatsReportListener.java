/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.event;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.Function;

/**
 * Writes into the log, after each batch that was complete, how long the last batches took: the shortest and longest of them, and what a
 * share of them stayed below. The logger is {@code dev.millrace.streaming.stats}.
 */
public final class StatsReportListener implements StreamingListener {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.stats");
    private static final int[] PERCENT = {0, 5, 10, 25, 50, 75, 90, 95, 100};

    private final int most;
    private final Deque<BatchInfo> batches = new ArrayDeque<>();

    /** Reports of the last ten batches. */
    public StatsReportListener() {
        this(10);
    }

    /** Reports of the last {@code batches} batches, at least 1. */
    public StatsReportListener(int batches) {
        if (batches < 1) {
            throw new IllegalArgumentException("a report of the last " + batches + " batches; it must be at least 1");
        }
        most = batches;
    }

    @Override
    public synchronized void onBatchCompleted(BatchInfo batch) {
        if (!batch.failure().isEmpty()) {
            return; // what it took says nothing of those that come
        }
        if (batches.size() == most) {
            batches.remove();
        }
        batches.add(batch);
        LOG.log(System.Logger.Level.INFO, line("total delay", BatchInfo::totalDelay));
        LOG.log(System.Logger.Level.INFO, line("processing time", BatchInfo::processingDelay));
    }

    private String line(String what, Function<BatchInfo, Duration> measure) {
        long[] millis = batches.stream()
                .mapToLong(batch -> measure.apply(batch).toMillis())
                .sorted()
                .toArray();
        StringBuilder line = new StringBuilder(what)
                .append(" of the last ")
                .append(millis.length)
                .append(millis.length == 1 ? " batch:" : " batches:");
        Arrays.stream(PERCENT)
                .forEach(percent -> line.append(percent == 0 ? " " : ", ")
                        .append(percent)
                        .append("% ")
                        .append(millis[Math.min(millis.length - 1, percent * millis.length / 100)])
                        .append(" ms"));
        return line.toString();
    }
}
