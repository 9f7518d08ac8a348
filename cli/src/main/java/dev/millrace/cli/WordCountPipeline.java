/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.Tuple2;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StateType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The streams of the word count: words to counts of the batch, then to totals since the start or of a window. */
final class WordCountPipeline {
    private WordCountPipeline() {}

    static void build(DStream<String> lines, @Nullable Duration window, WordCountReport report) {
        PairDStream<String, Long> counts = lines.transform(report::input)
                .flatMap(Words::new)
                .mapToPair(word -> Tuple2.of(word, 1L))
                .reduceByKey(Long::sum);
        PairDStream<String, Long> totals = window == null
                ? counts.updateStateByKey(StateType.of("totals", Long.class), WordCountPipeline::add)
                : counts.window(window).named("window").reduceByKey(Long::sum);
        totals.foreachRDD(report::result).named("report");
    }

    private static Optional<Long> add(List<Long> counts, Optional<Long> total) {
        if (counts.isEmpty()) {
            return total;
        }
        long sum = total.orElse(0L);
        for (long count : counts) {
            sum += count;
        }
        return Optional.of(sum);
    }
}
