/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.internal.logging.Lines;
import dev.millrace.spi.Clock;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.event.BatchInfo;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Counts the batches of a run, since it began and since the last line that told of them. Any thread. */
final class BatchSummary {
    private final Clock clock;
    private final Duration every;
    private final long startedNanos;

    private long allBatches;
    private long allRecords;
    private @Nullable BatchTime last;
    private Duration delay = Duration.ZERO;

    // since the last line
    private long sinceNanos;
    private long batches;
    private long empty;
    private long records;
    private Duration processing = Duration.ZERO;
    private Duration longest = Duration.ZERO;

    private int waiting;

    /** @param every how often there is a line; zero for never */
    BatchSummary(Clock clock, Duration every) {
        this.clock = clock;
        this.every = every;
        startedNanos = clock.nanos();
        sinceNanos = startedNanos;
    }

    /** A batch waits. Returns the line that is due, or null: it is due as well while one batch takes very long. */
    synchronized @Nullable String submitted() {
        waiting++;
        return due();
    }

    synchronized @Nullable String completed(BatchInfo batch) {
        waiting = Math.max(0, waiting - 1); // one that runs again was not told when it was submitted
        long taken = batch.numRecords();
        allBatches++;
        batches++;
        empty += taken == 0 ? 1 : 0;
        allRecords += taken;
        records += taken;
        processing = processing.plus(batch.processingDelay());
        longest = longest.compareTo(batch.processingDelay()) > 0 ? longest : batch.processingDelay();
        delay = batch.schedulingDelay();
        last = batch.batchTime();
        return due();
    }

    private @Nullable String due() {
        long nanos = clock.nanos() - sinceNanos;
        if (every.isZero() || nanos < every.toNanos()) {
            return null;
        }
        String line = line(nanos);
        sinceNanos = clock.nanos();
        batches = 0;
        empty = 0;
        records = 0;
        processing = Duration.ZERO;
        longest = Duration.ZERO;
        return line;
    }

    private String line(long nanos) {
        String took = batches == 0
                ? ""
                : "; processing takes " + Lines.duration(processing.dividedBy(batches)) + " on average and "
                        + Lines.duration(longest) + " at most, scheduling delay " + Lines.duration(delay);
        return Lines.count(batches, "batch", "batches") + " in " + Lines.duration(Duration.ofNanos(nanos)) + " with "
                + Lines.count(records, "record", "records")
                + String.format(Locale.ROOT, " (%.1f/s)", records * 1e9 / nanos)
                + (empty == 0 ? "" : ", " + empty + " without any") + took
                + "; "
                + Lines.count(waiting, "batch waits or runs", "batches wait or run") + lastBatch();
    }

    /** Tells of all batches of the run. */
    synchronized String all() {
        return "after " + Lines.duration(Duration.ofNanos(clock.nanos() - startedNanos)) + ", "
                + Lines.count(allBatches, "batch", "batches") + " and "
                + Lines.count(allRecords, "record", "records") + lastBatch();
    }

    private String lastBatch() {
        return last == null ? "" : "; last batch " + Lines.time(last);
    }
}
