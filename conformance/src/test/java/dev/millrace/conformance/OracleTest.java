/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both engines give, batch by batch, the results of real Spark Streaming. */
@Tag("full")
class OracleTest {
    static final List<String> OUTPUTS = List.of("counts", "window", "slide", "state");

    @TempDir
    private Path directory;

    @Test
    void shouldGiveWhatSparkStreamingGives() throws Exception {
        List<List<Integer>> batches = batches();
        Map<String, List<List<String>>> expected = Oracle.run(batches, directory.resolve("oracle"));
        assertThat(expected.get("state").get(7)).isNotEmpty();
        assertThat(ours("local[2]", batches)).isEqualTo(expected);
        assertThat(ours("spark:local[2]", batches)).isEqualTo(expected);
    }

    private static List<List<Integer>> batches() {
        Random random = new Random(11);
        List<List<Integer>> batches = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int size = i == 3 ? 0 : 1 + random.nextInt(12);
            batches.add(random.ints(size, 0, 100).boxed().toList());
        }
        return batches;
    }

    /** Sums, dropped when a key pauses with an even sum. */
    static Optional<Integer> update(List<Integer> values, Optional<Integer> before) {
        if (values.isEmpty() && before.orElse(1) % 2 == 0) {
            return Optional.empty();
        }
        return Optional.of(
                before.orElse(0) + values.stream().mapToInt(Integer::intValue).sum());
    }

    private static Map<String, List<List<String>>> ours(String master, List<List<Integer>> batches) {
        Map<String, List<List<String>>> seen = new TreeMap<>();
        MillraceConf conf = new MillraceConf().setMaster(master);
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            Queue<RDD<Integer>> queue = new ArrayDeque<>();
            batches.forEach(batch -> queue.add(ssc.millraceContext().parallelize(batch, 3)));
            PairDStream<Integer, Integer> counts =
                    ssc.queueStream(queue).mapToPair(n -> Tuple2.of(n % 7, n)).reduceByKey(Integer::sum);
            show("counts", counts, seen);
            show("window", counts.window(Durations.seconds(3)), seen);
            show(
                    "slide",
                    counts.window(Durations.seconds(4), Durations.seconds(1)).reduceByKey(Integer::sum),
                    seen);
            show("state", counts.updateStateByKey(StateType.of("sums", Integer.class), OracleTest::update), seen);
            ssc.runBatches(batches.size());
        }
        return seen;
    }

    private static void show(String name, PairDStream<Integer, Integer> stream, Map<String, List<List<String>>> seen) {
        seen.put(name, new ArrayList<>());
        stream.foreachRDD(rdd -> {
            seen.get(name)
                    .add(rdd.collect().stream().map(Tuple2::toString).sorted().toList());
        });
    }
}
