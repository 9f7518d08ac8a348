/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StreamingContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Joins and cogroups give the same pairs on both engines. */
@ExtendWith(SparkHeldOpen.class)
class JoinsOnEnginesTest {
    private static List<Tuple2<Integer, String>> rows(int size, int keys, String text) {
        List<Tuple2<Integer, String>> rows = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            rows.add(Tuple2.of(i * i % keys, text + i));
        }
        return rows;
    }

    private static Map<String, List<String>> joins(String master) {
        Map<String, List<String>> results = new LinkedHashMap<>();
        try (MillraceContext context = new MillraceContext(new MillraceConf().setMaster(master))) {
            PairRDD<Integer, String> left = context.parallelizePairs(rows(60, 23, "left"), 3);
            PairRDD<Integer, String> right = context.parallelizePairs(rows(40, 31, "right"), 2);
            PairRDD<Integer, String> laidOut = right.reduceByKey((a, b) -> a.compareTo(b) < 0 ? a : b, 4);
            results.put("join", sorted(left.join(right)));
            results.put("left", sorted(left.leftOuterJoin(right, 5)));
            results.put("right", sorted(left.rightOuterJoin(right, new HashPartitioner(2))));
            results.put("full", sorted(left.fullOuterJoin(laidOut)));
            results.put("self", sorted(laidOut.join(laidOut)));
            results.put("cogroup", sorted(left.cogroup(right)));
            results.put("cogroup of three", sorted(left.cogroup(right, laidOut, 3)));
            results.put("cogroup of four", sorted(left.groupWith(right, laidOut, left)));
            results.put("subtract", sorted(left.subtractByKey(right)));
            results.put("empty", sorted(left.fullOuterJoin(left.filter(pair -> false))));
        }
        return results;
    }

    private static <T> List<String> sorted(RDD<T> rdd) {
        return rdd.collect().stream().map(Object::toString).sorted().toList();
    }

    @Test
    void shouldJoinDatasetsAlike() {
        Map<String, List<String>> embedded = joins("local[2]");
        assertThat(embedded.values()).allSatisfy(rows -> assertThat(rows).isNotEmpty());
        assertThat(joins(SparkHeldOpen.MASTER)).isEqualTo(embedded);
    }

    private static List<List<String>> streams(String master) {
        List<List<String>> batches = new ArrayList<>();
        try (StreamingContext ssc = new StreamingContext(new MillraceConf().setMaster(master), Durations.seconds(1))) {
            PairDStream<Integer, String> left = queued(ssc, "left", 7);
            PairDStream<Integer, String> right = queued(ssc, "right", 5);
            List.of(
                            left.join(right.window(Durations.seconds(3))
                                    .reduceByKey((a, b) -> a.compareTo(b) < 0 ? a : b)),
                            left.window(Durations.seconds(2)).join(right.window(Durations.seconds(4))),
                            left.window(Durations.seconds(3)).fullOuterJoin(right.window(Durations.seconds(2)), 3),
                            left.cogroup(right),
                            left.transformWithToPair(right, (rdd, other, time) -> rdd.subtractByKey(other)))
                    .forEach(stream -> stream.foreachRDD(rdd -> {
                        batches.add(sorted(rdd));
                    }));
            ssc.runBatches(6);
        }
        return batches;
    }

    private static PairDStream<Integer, String> queued(StreamingContext ssc, String text, int keys) {
        Queue<RDD<Tuple2<Integer, String>>> queue = new ArrayDeque<>();
        for (int batch = 0; batch < 5; batch++) {
            queue.add(ssc.millraceContext().parallelize(rows(3 + batch, keys + batch, text + batch + " "), 2));
        }
        return PairDStream.of(ssc.queueStream(queue));
    }

    @Test
    void shouldJoinStreamsAlike() {
        List<List<String>> embedded = streams("local[2]");
        assertThat(embedded).hasSize(30);
        assertThat(embedded.stream().max(Comparator.comparingInt(List::size)).orElseThrow())
                .hasSizeGreaterThan(20);
        assertThat(streams(SparkHeldOpen.MASTER)).isEqualTo(embedded);
    }

    private static List<String> remembered(String master) {
        List<String> seen = new ArrayList<>();
        try (StreamingContext ssc = new StreamingContext(new MillraceConf().setMaster(master), Durations.seconds(1))) {
            ssc.remember(Durations.seconds(3));
            PairDStream<Integer, String> rows = queued(ssc, "row", 7);
            PairDStream<Integer, String> window = rows.window(Durations.seconds(2));
            window.foreachRDD((rdd, time) -> {
                rows.slice(time.minus(Durations.seconds(2)), time).forEach(batch -> seen.addAll(sorted(batch)));
                window.slice(time, time).forEach(batch -> seen.addAll(sorted(batch)));
            });
            ssc.runBatches(5);
        }
        return seen;
    }

    @Test
    void shouldRememberBatchesAlike() {
        List<String> embedded = remembered("local[2]");
        assertThat(embedded).hasSizeGreaterThan(50);
        assertThat(remembered(SparkHeldOpen.MASTER)).isEqualTo(embedded);
    }
}
