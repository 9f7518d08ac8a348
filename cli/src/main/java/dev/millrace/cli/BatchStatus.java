/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tells on the status line, after each batch, how many records arrive, how many could be processed, and how many batches
 * wait. Batches without input are told only where the line is written over, or if that is asked. On the thread of the listeners.
 */
final class BatchStatus implements StreamingListener {
    private final StatusLine line;
    private final Duration interval;
    private final boolean once;
    private final boolean verbose;
    private @Nullable BatchTime last;
    private double capacity; // records a second while batches are processed, of the last batch that had some
    private long waiting;

    /** @param once whether it runs what is there, so that nothing arrives in the course of time */
    BatchStatus(StatusLine line, Duration interval, boolean once, LogOptions log) {
        this.line = line;
        this.interval = interval;
        this.once = once;
        verbose = log.isVerbose();
    }

    StatusLine line() {
        return line;
    }

    @Override
    public void onBatchSubmitted(BatchInfo batch) {
        waiting++;
    }

    @Override
    public void onBatchCompleted(BatchInfo batch) {
        waiting = Math.max(0, waiting - 1);
        double arrived = rate(batch.numRecords(), sinceLast(batch.batchTime()));
        last = batch.batchTime();
        if (batch.numRecords() > 0) {
            capacity = rate(batch.numRecords(), batch.processingDelay());
        }
        if (line.isInPlace()) {
            line.show(String.format(
                    Locale.ROOT,
                    "%s  %,.0f records/s  capacity %,.0f  backlog %s",
                    Instant.ofEpochMilli(batch.batchTime().milliseconds()),
                    arrived,
                    capacity,
                    backlog()));
        } else if (verbose || batch.numRecords() > 0 || !batch.failure().isEmpty()) {
            line.show(plain(batch, arrived));
        }
    }

    private String plain(BatchInfo batch, double arrived) {
        return String.format(
                Locale.ROOT,
                "batch %s: %s%s, processing %.3f s, scheduling %.3f s, capacity %,.0f records/s, backlog %s%s",
                Batches.dated(batch.batchTime()),
                batch.numRecords() == 1 ? "1 record" : String.format(Locale.ROOT, "%,d records", batch.numRecords()),
                once ? "" : String.format(Locale.ROOT, " (%,.0f records/s)", arrived),
                seconds(batch.processingDelay()),
                seconds(batch.schedulingDelay()),
                capacity,
                backlog(),
                batch.failure().isEmpty() ? "" : ", FAILED");
    }

    private String backlog() {
        return waiting == 1 ? "1 batch" : waiting + " batches";
    }

    private Duration sinceLast(BatchTime time) {
        return last == null ? interval : Duration.ofMillis(time.milliseconds() - last.milliseconds());
    }

    private static double rate(long records, Duration time) {
        return time.isZero() ? 0 : records / seconds(time);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
