/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.rdd.LongAccumulator;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.TaskContext;
import dev.millrace.spi.OutputBatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operators of streams, batch by batch. */
class SliceTest {
    @Test
    void shouldCountWordsBatchByBatch() {
        try (StreamingContext ssc = Programs.local()) {
            DStream<String> lines = Programs.batches(ssc, List.of("a b a", "c"), List.of(), List.of("b"));
            List<List<Tuple2<String, Integer>>> counts = new ArrayList<>();
            lines.flatMap(line -> Arrays.asList(line.split(" ")).iterator())
                    .filter(word -> !word.equals("c"))
                    .mapToPair(word -> Tuple2.of(word, 1))
                    .reduceByKey(Integer::sum)
                    .mapValues(n -> n * 10)
                    .foreachRDD(rdd -> {
                        counts.add(rdd.collect());
                    });
            ssc.runBatches(3);
            assertThat(counts.get(0)).containsExactlyInAnyOrder(Tuple2.of("a", 20), Tuple2.of("b", 10));
            assertThat(counts.get(1)).isEmpty();
            assertThat(counts.get(2)).containsExactly(Tuple2.of("b", 10));
        }
    }

    @Test
    void shouldSeeRddsThatAreAddedToTheQueueLater() {
        try (StreamingContext ssc = Programs.local()) {
            Queue<RDD<Integer>> queue = new ArrayDeque<>();
            List<List<Integer>> batches = Programs.collected(ssc.queueStream(queue));
            ssc.runBatches(1);
            queue.add(ssc.millraceContext().parallelize(List.of(7)));
            ssc.runBatches(1);
            assertThat(batches).containsExactly(List.of(), List.of(7));
        }
    }

    @Test
    void shouldTakeTheWholeQueueOrTheDefaultWhenAsked() {
        try (StreamingContext ssc = Programs.local()) {
            Queue<RDD<Integer>> queue = new ArrayDeque<>();
            queue.add(ssc.millraceContext().parallelize(List.of(1), 1));
            queue.add(ssc.millraceContext().parallelize(List.of(2), 1));
            List<List<Integer>> batches = Programs.collected(
                    ssc.queueStream(queue, false, ssc.millraceContext().parallelize(List.of(0), 1)));
            ssc.runBatches(2);
            assertThat(batches).containsExactly(List.of(1, 2), List.of(0));
        }
    }

    @Test
    void shouldUniteAndTransformStreams() {
        try (StreamingContext ssc = Programs.local()) {
            DStream<Integer> left = Programs.batches(ssc, List.of(1, 2));
            DStream<Integer> right = Programs.batches(ssc, List.of(3));
            List<BatchTime> times = new ArrayList<>();
            List<List<Integer>> all = Programs.collected(left.union(right).transform((rdd, time) -> {
                times.add(time);
                long size = rdd.count(); // an action on the batch thread
                return rdd.map(n -> n * (int) size);
            }));
            ssc.runBatches(1);
            assertThat(all).containsExactly(List.of(3, 6, 9));
            assertThat(times).containsExactly(BatchTime.of(1000));
        }
    }

    @Test
    void shouldKeepTheLastBatchesInAWindow() {
        try (StreamingContext ssc = Programs.local()) {
            DStream<Integer> numbers =
                    Programs.batches(ssc, List.of(1), List.of(2), List.of(3), List.of(4), List.of(5));
            List<List<Integer>> each = Programs.collected(numbers.window(Durations.seconds(3)));
            List<List<Integer>> second = Programs.collected(numbers.window(Durations.seconds(3), Durations.seconds(2)));
            ssc.runBatches(5);
            assertThat(each)
                    .containsExactly(List.of(1), List.of(1, 2), List.of(1, 2, 3), List.of(2, 3, 4), List.of(3, 4, 5));
            assertThat(second).containsExactly(List.of(1, 2), List.of(2, 3, 4));
        }
    }

    @Test
    void shouldUpdateEachKeyOnceWhenTakeComesBeforeCount() {
        try (StreamingContext ssc = Programs.local()) {
            LongAccumulator calls = ssc.millraceContext().longAccumulator("calls");
            PairDStream<String, Integer> totals = Programs.batches(ssc, List.of("a", "b", "a"), List.of("b"))
                    .mapToPair(word -> Tuple2.of(word, 1))
                    .updateStateByKey((values, state) -> {
                        calls.add(1);
                        return Optional.of(state.orElse(0) + values.size());
                    });
            List<Object> seen = new ArrayList<>();
            totals.foreachRDD(rdd -> {
                seen.add(rdd.take(1).size());
                seen.add(rdd.count());
                seen.add(rdd.collectAsMap());
            });
            totals.window(Durations.seconds(2)).foreachRDD(rdd -> {
                seen.add(rdd.count());
            });
            ssc.runBatches(2);
            assertThat(seen)
                    .containsExactly(
                            1, 2L, java.util.Map.of("a", 2, "b", 1), 2L, 1, 2L, java.util.Map.of("a", 2, "b", 2), 4L);
            assertThat(calls.value()).isEqualTo(4); // two keys in each of two batches
        }
    }

    @Test
    void shouldUpdateEachKeyOnceWhenATaskFailsHalfWay() {
        try (StreamingContext ssc = Programs.local()) {
            List<Integer> keys =
                    java.util.stream.IntStream.range(0, 100).boxed().toList();
            List<List<Tuple2<Integer, Integer>>> states = new ArrayList<>();
            Programs.batches(ssc, keys, keys, keys)
                    .mapToPair(n -> Tuple2.of(n, 1))
                    .<Integer>updateStateByKey((values, state) -> {
                        TaskContext task = java.util.Objects.requireNonNull(TaskContext.get());
                        if (task.attemptNumber() == 0 && state.isPresent() && Math.random() < 0.1) {
                            throw new IllegalStateException("half way");
                        }
                        return Optional.of(state.orElse(0) + 1);
                    })
                    .foreachRDD(rdd -> {
                        states.add(rdd.collect());
                    });
            ssc.runBatches(3);
            assertThat(states.get(2)).hasSize(100).allMatch(entry -> entry._2() == 3);
        }
    }

    @Test
    void shouldDropAKeyWhenItsStateIsEmpty() {
        try (StreamingContext ssc = Programs.local()) {
            List<List<String>> keys = new ArrayList<>();
            Programs.batches(ssc, List.of("a", "b"), List.of("a"), List.of())
                    .mapToPair(word -> Tuple2.of(word, 1))
                    .<Integer>updateStateByKey(
                            (values, state) -> values.isEmpty() ? Optional.empty() : Optional.of(values.size()))
                    .foreachRDD(rdd -> {
                        keys.add(rdd.keys().collect());
                    });
            ssc.runBatches(3);
            assertThat(keys).containsExactly(List.of("b", "a"), List.of("a"), List.of());
        }
    }

    @Test
    void shouldReadFilesOnceAndOnlyVisibleOnes(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("old.txt"), "old\n");
        try (StreamingContext ssc = Programs.local()) {
            List<List<String>> fresh = Programs.collected(ssc.textFileStream(directory.toString()));
            List<List<String>> all = Programs.collected(ssc.textFileStream(directory.toString(), false));
            ssc.runBatches(1);
            Files.writeString(directory.resolve("new.txt"), "one\r\ntwo");
            Files.writeString(directory.resolve(".hidden"), "no\n");
            Files.writeString(directory.resolve("half.tmp"), "no\n");
            Files.createDirectory(directory.resolve("nested"));
            ssc.runBatches(2);
            assertThat(fresh).containsExactly(List.of(), List.of("one", "two"), List.of());
            assertThat(all).containsExactly(List.of("old"), List.of("one", "two"), List.of());
        }
    }

    @Test
    void shouldTellWhichBatchOfWhichOutputItIs() {
        try (StreamingContext ssc = Programs.local()) {
            List<OutputBatch> seen = new ArrayList<>();
            Programs.batches(ssc, List.of(1))
                    .foreachBatch((rdd, batch) -> {
                        seen.add(batch);
                    })
                    .named("sink");
            ssc.runBatches(1);
            assertThat(seen)
                    .extracting(OutputBatch::time, OutputBatch::outputName, OutputBatch::epoch)
                    .containsExactly(tuple(BatchTime.of(1000), "sink", 0L));
        }
    }

    @Test
    void shouldRunWhatIsThereInBoundedBatches(@TempDir Path directory) throws Exception {
        for (int i = 0; i < 5; i++) {
            Files.writeString(directory.resolve("file" + i), "line " + i + "\n");
        }
        dev.millrace.MillraceConf conf =
                new dev.millrace.MillraceConf().set("millrace.streaming.fileStream.maxBytesPerBatch", "14");
        try (StreamingContext ssc = Programs.local(conf)) {
            List<List<String>> batches = Programs.collected(ssc.textFileStream(directory.toString(), false));
            ssc.runAvailable();
            assertThat(batches)
                    .containsExactly(List.of("line 0", "line 1"), List.of("line 2", "line 3"), List.of("line 4"));
        }
    }
}
