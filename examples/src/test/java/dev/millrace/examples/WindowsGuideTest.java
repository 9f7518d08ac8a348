/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of docs/guide/windows.md. */
class WindowsGuideTest {
    @Test
    void shouldGiveWhatTheLastFiveMinutesHold(@TempDir Path checkpoint) {
        List<Object> seen = new ArrayList<>();
        try (StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[1]"), Durations.seconds(10))) {
            ssc.checkpoint(checkpoint.toString());
            Queue<RDD<Integer>> queue = new ArrayDeque<>();
            for (int i = 1; i <= 31; i++) {
                queue.add(ssc.millraceContext().parallelize(List.of(i)));
            }
            PairDStream<String, Integer> visits =
                    ssc.queueStream(queue).named("visits").mapToPair(seconds -> Tuple2.of("page", seconds));
            PairDStream<String, Integer> busiest = visits.reduceByKeyAndWindow(Integer::max, Durations.minutes(5));
            PairDStream<String, Integer> totals = visits.reduceByKeyAndWindow(
                    Integer::sum, (a, b) -> a - b, Durations.minutes(5), Durations.seconds(10));
            DStream<Long> howMany = visits.countByWindow(Durations.minutes(5), Durations.seconds(10));
            totals.named("totals of five minutes");
            busiest.named("busiest").foreachRDD("busiest", rdd -> seen.add(rdd.collect()));
            totals.foreachRDD("totals", rdd -> seen.add(rdd.collect()));
            howMany.named("how many").foreachRDD("how many", rdd -> seen.add(rdd.collect()));
            ssc.runBatches(31);
        }
        assertThat(seen.subList(90, 93))
                .isEqualTo(List.of(List.of(Tuple2.of("page", 31)), List.of(Tuple2.of("page", 495)), List.of(30L)));
    }

    @Test
    void shouldReadBatchesOfThePast() {
        List<Object> seen = new ArrayList<>();
        try (StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[1]"), Durations.seconds(10))) {
            Queue<RDD<Integer>> queue = new ArrayDeque<>();
            for (int i = 1; i <= 4; i++) {
                queue.add(ssc.millraceContext().parallelize(List.of(i)));
            }
            PairDStream<String, Integer> visits =
                    ssc.queueStream(queue).mapToPair(seconds -> Tuple2.of("page", seconds));
            ssc.remember(Durations.seconds(30));
            visits.foreachRDD((rdd, time) -> {
                List<PairRDD<String, Integer>> batches = visits.slice(time.minus(Durations.seconds(20)), time);
                PairRDD<String, Integer> before = visits.compute(time.minus(Durations.seconds(10)));
                seen.add(batches.size() + (before == null ? " batch" : " batches, before it " + before.count()));
            });
            ssc.runBatches(4);
        }
        assertThat(seen)
                .containsExactly(
                        "1 batch", "2 batches, before it 1", "3 batches, before it 1", "3 batches, before it 1");
    }
}
