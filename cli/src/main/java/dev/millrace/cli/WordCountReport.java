/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.Tuple2;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.BatchTime;
import java.io.PrintWriter;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The output of the word count: the result of each batch that had input, or, if one result is asked for, of the last of them; and of one
 * without, if there is no other. On the batch thread.
 */
final class WordCountReport {
    private final int shown;
    private final boolean once;
    private final PrintWriter out;
    private final BatchStatus status;
    private boolean hasInput;
    private boolean hasResult;
    private List<Tuple2<String, Long>> latest = List.of();

    /**
     * @param shown how many words a result has at most
     * @param once whether only the last result counts, and is printed by {@link #printResult}
     */
    WordCountReport(int shown, boolean once, PrintWriter out, BatchStatus status) {
        this.shown = shown;
        this.once = once;
        this.out = out;
        this.status = status;
    }

    BatchStatus status() {
        return status;
    }

    /** Notes whether a batch has input, and gives it on. */
    RDD<String> input(RDD<String> lines) {
        hasInput = lines.getNumPartitions() > 0;
        return lines;
    }

    /** The output operation. */
    void result(PairRDD<String, Long> counts, BatchTime time) {
        if (!hasInput && !(once && !hasResult)) {
            return;
        }
        hasResult = true;
        latest = List.of(); // the result before need not stay while this one is made
        latest = greatest(counts);
        if (!once) {
            print("# " + Batches.dated(time) + "\n", "\n");
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

    /** Returns whether a batch has had a result. */
    boolean hasResult() {
        return hasResult;
    }

    void printResult() {
        print("", "");
    }

    private void print(String before, String after) {
        status.line().beside(() -> write(before, after));
    }

    private void write(String before, String after) {
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
