/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.Tuple2;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.ReceiverInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.io.PrintWriter;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The output of the word count: the result of each batch that had input, and a progress line a batch. Results
 * come on the batch thread, progress on that of listeners.
 */
final class WordCountReport implements StreamingListener {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS", Locale.ROOT);

    private final int shown;
    private final boolean once;
    private final PrintWriter out;
    private final PrintWriter progress;
    private boolean hasInput;
    private List<Tuple2<String, Long>> latest = List.of();

    /**
     * @param shown how many words a result has at most
     * @param once whether only the last result counts, and is printed by {@link #printResult}
     */
    WordCountReport(int shown, boolean once, PrintWriter out, PrintWriter progress) {
        this.shown = shown;
        this.once = once;
        this.out = out;
        this.progress = progress;
    }

    /** Notes whether a batch has input, and gives it on. */
    RDD<String> input(RDD<String> lines) {
        hasInput = lines.getNumPartitions() > 0;
        return lines;
    }

    /** The output operation. */
    void result(PairRDD<String, Long> counts, BatchTime time) {
        if (!hasInput) {
            return;
        }
        latest = List.of(); // the result before need not stay while this one is made
        latest = greatest(counts);
        if (!once) {
            print("# " + text(time) + "\n", "\n");
        }
    }

    private List<Tuple2<String, Long>> greatest(PairRDD<String, Long> counts) {
        if (shown < Integer.MAX_VALUE) {
            return counts.top(shown, new ByCount());
        }
        List<Tuple2<String, Long>> all = new ArrayList<>(counts.collect());
        all.sort(new ByCount().reversed());
        return all;
    }

    void printResult() {
        print("", "");
    }

    private void print(String before, String after) {
        StringBuilder text = new StringBuilder(before);
        for (Tuple2<String, Long> count : latest) {
            text.append(count._2()).append('\t').append(count._1()).append('\n');
            if (text.length() > 64 * 1024) {
                out.print(text);
                text.setLength(0);
            }
        }
        out.print(text.append(after));
        out.flush();
    }

    @Override
    public void onBatchCompleted(BatchInfo batch) {
        double seconds = seconds(batch.processingDelay());
        progress.printf(
                Locale.ROOT,
                "batch %s  %,d records  scheduling %.3f s  processing %.3f s  %,.0f records/s%s%n",
                text(batch.batchTime()),
                batch.numRecords(),
                seconds(batch.schedulingDelay()),
                seconds,
                seconds > 0 ? batch.numRecords() / seconds : 0,
                batch.failure().isEmpty() ? "" : "  FAILED");
    }

    @Override
    public void onReceiverError(ReceiverInfo receiver) {
        progress.printf(
                "%s: %s%s%n",
                receiver.name(),
                receiver.lastErrorMessage(),
                receiver.lastError().isEmpty() ? "" : " (" + receiver.lastError() + ")");
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static String text(BatchTime time) {
        return TIME.format(LocalDateTime.ofInstant(Instant.ofEpochMilli(time.milliseconds()), ZoneId.systemDefault()));
    }

    /** The greater count is greater, and of equal counts the word that comes first. */
    private static final class ByCount implements Comparator<Tuple2<String, Long>>, Serializable {
        private static final long serialVersionUID = 1L;

        @Override
        public int compare(Tuple2<String, Long> a, Tuple2<String, Long> b) {
            int byCount = Long.compare(a._2(), b._2());
            return byCount != 0 ? byCount : b._1().compareTo(a._1());
        }
    }
}
