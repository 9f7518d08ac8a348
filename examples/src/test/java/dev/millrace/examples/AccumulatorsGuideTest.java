/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.rdd.AccumulatorV2;
import dev.millrace.rdd.LongAccumulator;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of docs/guide/accumulators.md. */
class AccumulatorsGuideTest {
    private final List<String> report = new ArrayList<>();

    @Test
    void shouldCountWhatIsDropped() {
        try (StreamingContext ssc = context()) {
            DStream<String> lines = lines(ssc);
            LongAccumulator dropped = ssc.millraceContext().longAccumulator("dropped");
            lines.filter(line -> {
                        if (line.isBlank()) {
                            dropped.add(1);
                            return false;
                        }
                        return true;
                    })
                    .foreachRDD(rdd -> report.add(rdd.count() + " lines, " + dropped.value() + " dropped so far"));
            ssc.runBatches(2);
        }
        assertThat(report).containsExactly("2 lines, 1 dropped so far", "1 lines, 3 dropped so far");
    }

    /** The longest text that was added. */
    static final class Longest extends AccumulatorV2<String, String> {
        private String longest = "";

        @Override
        protected void accumulate(String text) {
            longest = text.length() > longest.length() ? text : longest;
        }

        @Override
        public void merge(AccumulatorV2<String, String> other) {
            accumulate(other.value());
        }

        @Override
        public String value() {
            return longest;
        }

        @Override
        public boolean isZero() {
            return longest.isEmpty();
        }

        @Override
        public void reset() {
            longest = "";
        }

        @Override
        public Longest copy() {
            Longest copy = new Longest();
            copy.longest = longest;
            return copy;
        }
    }

    @Test
    void shouldAddToOneOfTheProgramsOwn() {
        try (StreamingContext ssc = context()) {
            DStream<String> lines = lines(ssc);
            Longest longest = new Longest();
            ssc.millraceContext().register(longest, "longest");
            lines.foreachRDD(rdd -> rdd.foreach(longest::add));
            lines.foreachRDD(rdd -> report.add(longest.value()));
            ssc.runBatches(2);
        }
        assertThat(report).containsExactly("three", "fourteen");
    }

    @Test
    void shouldGoOnAfterARestart(@TempDir Path checkpoint) {
        for (int run = 0; run < 2; run++) {
            try (StreamingContext ssc = context()) {
                ssc.checkpoint(checkpoint.toString());
                MillraceContext context = ssc.millraceContext();
                LongAccumulator dropped = context.durable(context.longAccumulator("dropped"));
                lines(ssc).named("lines").foreachRDD("count", rdd -> {
                    rdd.filter(String::isBlank).foreach(line -> dropped.add(1));
                    report.add(dropped.value() + " dropped");
                });
                ssc.runBatches(1);
            }
        }
        assertThat(report).containsExactly("1 dropped", "3 dropped");
    }

    private static StreamingContext context() {
        return new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1));
    }

    private static DStream<String> lines(StreamingContext ssc) {
        Queue<RDD<String>> queue = new ArrayDeque<>();
        queue.add(ssc.millraceContext().parallelize(List.of("one", "", "three"), 2));
        queue.add(ssc.millraceContext().parallelize(List.of(" ", "fourteen", ""), 2));
        return ssc.queueStream(queue);
    }
}
