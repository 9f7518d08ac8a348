/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedWindowTest {
    @TempDir
    private Path checkpoint;

    @Test
    void shouldKeepItsPanesUnderItsNameWhenTheProgramHasACheckpoint() {
        assertThat(run(2)).containsExactly(List.of(0), List.of(0, 1));
        assertThat(run(1)).containsExactly(List.of(1, 2));
    }

    private List<List<Integer>> run(int batches) {
        List<List<Integer>> windows = new ArrayList<>();
        try (StreamingContext streaming =
                new StreamingContext(new MillraceConf().setMaster("local[1]"), Durations.seconds(1))) {
            streaming.checkpoint(checkpoint.toString());
            Queue<RDD<Integer>> queue = new ArrayDeque<>();
            for (int i = 0; i < 3; i++) {
                queue.add(streaming.millraceContext().parallelize(List.of(i)));
            }
            streaming
                    .queueStream(queue)
                    .named("numbers")
                    .window(Durations.seconds(2))
                    .named("last-two")
                    .foreachRDD("windows", rdd -> windows.add(rdd.collect()));
            streaming.runBatches(batches);
        }
        return windows;
    }

    @Test
    void shouldReduceThePanesThatAWindowOfPairsLeftUnderItsName() {
        List<List<Tuple2<String, Integer>>> windows = new ArrayList<>();
        run(2, pairs -> pairs.window(Durations.seconds(3)), windows);
        assertThat(windows.get(1)).hasSize(6);
        windows.clear();
        run(2, pairs -> pairs.reduceByKeyAndWindow(Integer::sum, Durations.seconds(3)), windows);
        assertThat(windows.get(0)).containsExactlyInAnyOrder(Tuple2.of("a", 6), Tuple2.of("b", 3));
        assertThat(windows.get(1)).containsExactlyInAnyOrder(Tuple2.of("a", 6), Tuple2.of("b", 3));
    }

    private void run(
            int batches,
            UnaryOperator<PairDStream<String, Integer>> window,
            List<List<Tuple2<String, Integer>>> windows) {
        try (StreamingContext streaming =
                new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1))) {
            streaming.checkpoint(checkpoint.toString());
            Queue<RDD<String>> queue = new ArrayDeque<>();
            for (int i = 0; i < 4; i++) {
                queue.add(streaming.millraceContext().parallelize(List.of("a", "b", "a"), 2));
            }
            window.apply(streaming.queueStream(queue).named("words").mapToPair(word -> Tuple2.of(word, 1)))
                    .named("recent")
                    .foreachRDD("windows", rdd -> windows.add(rdd.collect()));
            streaming.runBatches(batches);
        }
    }
}
