/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.CapturedLog;
import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.RDD;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The results of each form of a window operator, batch by batch; random programs compare them with the reference model. */
class WindowOperatorsTest {
    private static final List<List<String>> WORDS =
            List.of(List.of("a", "b", "a"), List.of(), List.of("b"), List.of(), List.of("c", "a"), List.of());
    private static final Duration SECOND = Durations.seconds(1);
    private static final Duration TWO = Durations.seconds(2);
    private static final Duration THREE = Durations.seconds(3);

    @TempDir
    private Path directory;

    private static MillraceConf conf() {
        return new MillraceConf().setMaster("local[2]").set("millrace.task.maxAttempts", "3");
    }

    private static <T> List<List<T>> run(Function<DStream<String>, DStreamLike<T, ?, ?>> program) {
        return run(conf(), null, WORDS, WORDS.size(), program);
    }

    private static <T> List<List<T>> run(
            MillraceConf conf,
            Path checkpoint,
            List<List<String>> words,
            int batches,
            Function<DStream<String>, DStreamLike<T, ?, ?>> program) {
        List<List<T>> results = new ArrayList<>();
        try (StreamingContext streaming = new StreamingContext(conf, SECOND)) {
            if (checkpoint != null) {
                streaming.checkpoint(checkpoint.toString());
            }
            Queue<RDD<String>> queue = new ArrayDeque<>();
            words.forEach(batch -> queue.add(streaming.millraceContext().parallelize(batch, 2)));
            DStreamLike<T, ?, ?> result =
                    program.apply(streaming.queueStream(queue).named("words"));
            result.foreachRDD("results", rdd -> results.add(rdd.collect()));
            streaming.runBatches(batches);
        }
        return results;
    }

    private static PairDStream<String, Integer> ones(DStream<String> words) {
        return words.mapToPair(word -> Tuple2.of(word, 1));
    }

    @Test
    void shouldCountAndReduceEachBatch() {
        assertThat(run(DStream::count))
                .containsExactly(List.of(3L), List.of(0L), List.of(1L), List.of(0L), List.of(2L), List.of(0L));
        assertThat(run(words -> words.reduce((a, b) -> a.compareTo(b) > 0 ? a : b)))
                .containsExactly(List.of("b"), List.of(), List.of("b"), List.of(), List.of("c"), List.of());
        assertThat(run(words -> words.countByValue(1)))
                .startsWith(List.of(Tuple2.of("a", 2L), Tuple2.of("b", 1L)), List.of());
        assertThat(run(DStream::glom)).startsWith(List.of(List.of("a"), List.of("b", "a")));
    }

    @Test
    void shouldGroupAndCombineEachBatch() {
        assertThat(run(words -> ones(words).groupByKey(1)))
                .startsWith(List.of(Tuple2.of("a", List.of(1, 1)), Tuple2.of("b", List.of(1))));
        for (boolean mapSide : new boolean[] {true, false}) {
            assertThat(run(words -> ones(words)
                            .combineByKey(
                                    value -> "" + value,
                                    (text, value) -> text + value,
                                    (first, second) -> first + second,
                                    new HashPartitioner(1),
                                    mapSide)))
                    .startsWith(List.of(Tuple2.of("a", "11"), Tuple2.of("b", "1")));
        }
    }

    @Test
    void shouldCountByWindow() {
        assertThat(run(words -> words.countByWindow(THREE, TWO)))
                .containsExactly(List.of(3L), List.of(1L), List.of(2L));
        assertThat(run(words -> words.countByWindow(SECOND, SECOND))).hasSize(6).startsWith(List.of(3L), List.of(0L));
    }

    @Test
    void shouldReduceByWindowWithAndWithoutAnInverse() {
        assertThat(run(words -> words.map(String::length).reduceByWindow(Integer::sum, TWO, SECOND)))
                .containsExactly(List.of(3), List.of(3), List.of(1), List.of(1), List.of(2), List.of(2));
        assertThat(run(words -> words.map(String::length).reduceByWindow(Integer::sum, (a, b) -> a - b, TWO, SECOND)))
                .containsExactly(List.of(3), List.of(3), List.of(1), List.of(1), List.of(2), List.of(2));
    }

    @Test
    void shouldCountByValueAndWindowWithoutTheValuesThatHaveLeft() {
        assertThat(run(words -> words.countByValueAndWindow(THREE, SECOND, 1)))
                .containsExactly(
                        List.of(Tuple2.of("a", 2L), Tuple2.of("b", 1L)),
                        List.of(Tuple2.of("a", 2L), Tuple2.of("b", 1L)),
                        List.of(Tuple2.of("a", 2L), Tuple2.of("b", 2L)),
                        List.of(Tuple2.of("b", 1L)),
                        List.of(Tuple2.of("b", 1L), Tuple2.of("c", 1L), Tuple2.of("a", 1L)),
                        List.of(Tuple2.of("c", 1L), Tuple2.of("a", 1L)));
    }

    @Test
    void shouldGroupByKeyAndWindowWithTheOldestFirst() {
        assertThat(run(words -> words.mapToPair(word -> Tuple2.of(word, word + word.hashCode() % 7))
                        .groupByKeyAndWindow(Durations.seconds(5), Durations.seconds(5), 1)))
                .containsExactly(List.of(
                        Tuple2.of("b", List.of("b0", "b0")),
                        Tuple2.of("c", List.of("c1")),
                        Tuple2.of("a", List.of("a6", "a6", "a6"))));
    }

    @Test
    void shouldKeepAKeyWhoseValueIsZeroUntilTheFilterOrTheWindowDropsIt() {
        Function<DStream<String>, PairDStream<String, Integer>> signed =
                words -> words.mapToPair(word -> Tuple2.of(word, word.equals("a") ? 0 : 1));
        assertThat(run(words -> signed.apply(words)
                        .reduceByKeyAndWindow(Integer::sum, (a, b) -> a - b, TWO, SECOND)
                        .reduceByKey(Integer::sum, 1)))
                .startsWith(
                        List.of(Tuple2.of("b", 1), Tuple2.of("a", 0)),
                        List.of(Tuple2.of("b", 1), Tuple2.of("a", 0)),
                        List.of(Tuple2.of("b", 1)));
        assertThat(run(words -> signed.apply(words)
                        .reduceByKeyAndWindow(Integer::sum, (a, b) -> a - b, TWO, SECOND, 1, pair -> pair._2() != 0)))
                .startsWith(
                        List.of(Tuple2.of("b", 1)),
                        List.of(Tuple2.of("b", 1)),
                        List.of(Tuple2.of("b", 1)),
                        List.of(Tuple2.of("b", 1)));
    }

    @Test
    void shouldGiveTheSameWithEveryWayToSayPartitions() {
        List<List<Tuple2<String, Integer>>> expected =
                run(words -> ones(words).reduceByKeyAndWindow(Integer::sum, THREE, SECOND, 1));
        assertThat(run(words -> ones(words).reduceByKeyAndWindow(Integer::sum, THREE, SECOND, new HashPartitioner(1))))
                .isEqualTo(expected);
        assertThat(run(words ->
                        ones(words).reduceByKeyAndWindow(Integer::sum, (a, b) -> a - b, THREE, SECOND, 1, p -> true)))
                .isEqualTo(expected);
        List<List<Tuple2<String, Integer>>> inTwo = run(words -> ones(words).reduceByKeyAndWindow(Integer::sum, THREE));
        assertThat(run(words -> ones(words).reduceByKeyAndWindow(Integer::sum, (a, b) -> a - b, THREE)))
                .isEqualTo(inTwo);
    }

    @Test
    void shouldBeRightWhenTasksAreTriedAgain() {
        AtomicInteger calls = new AtomicInteger();
        List<List<Tuple2<String, Integer>>> expected =
                run(words -> ones(words).reduceByKeyAndWindow(Integer::sum, THREE, SECOND));
        assertThat(run(words -> ones(words)
                        .reduceByKeyAndWindow(
                                (a, b) -> {
                                    if (calls.incrementAndGet() % 2 == 1) {
                                        throw new IllegalStateException("every other time");
                                    }
                                    return a + b;
                                },
                                THREE,
                                SECOND)))
                .isEqualTo(expected);
        assertThat(calls).hasValueGreaterThan(3);
    }

    @Test
    void shouldGoOnAfterARestartWithAnotherNumberOfPartitions() {
        for (boolean inverse : new boolean[] {false, true}) {
            Path checkpoint = directory.resolve("checkpoint-" + inverse);
            List<List<Tuple2<String, Integer>>> whole =
                    run(conf(), null, WORDS, 6, words -> windowed(words, inverse, 1));
            List<List<Tuple2<String, Integer>>> parts = new ArrayList<>();
            for (int partitions : new int[] {4, 1, 3, 1, 2, 1}) {
                parts.addAll(run(conf(), checkpoint, WORDS, 1, words -> windowed(words, inverse, partitions)));
            }
            for (int batch = 0; batch < 6; batch++) {
                assertThat(parts.get(batch))
                        .as("batch %d", batch)
                        .containsExactlyInAnyOrderElementsOf(whole.get(batch));
            }
        }
    }

    private static PairDStream<String, Integer> windowed(DStream<String> words, boolean inverse, int partitions) {
        PairDStream<String, Integer> window = inverse
                ? ones(words).reduceByKeyAndWindow(Integer::sum, (a, b) -> a - b, THREE, SECOND, partitions, p -> true)
                : ones(words).reduceByKeyAndWindow(Integer::sum, THREE, SECOND, partitions);
        return window.named("recent");
    }

    @Test
    void shouldRefuseAWindowThatIsNotAligned() {
        assertThatThrownBy(() -> run(words -> words.countByWindow(Duration.ofMillis(2500), Duration.ofMillis(700))))
                .hasMessageMatching(
                        "(?s)This program cannot be started:\n.*countByWindow at WindowOperatorsTest.java:\\d+:"
                                + " the window's length is 2500 ms, and its stream has a batch each 1000 ms; use a multiple, such"
                                + " as 2000 or 3000 ms\n.*countByWindow at WindowOperatorsTest.java:\\d+: the window's slide is"
                                + " 700 ms, and its stream has a batch each 1000 ms; use a multiple, such as 1000 ms");
    }

    @Test
    void shouldAskForANameWhenTheProgramHasACheckpoint() {
        assertThatThrownBy(() -> run(
                        conf(), directory, WORDS, 1, words -> ones(words).reduceByKeyAndWindow(Integer::sum, THREE)))
                .hasMessageMatching(
                        "(?s)With a checkpoint directory, everything that is kept needs a name of its own:\n"
                                + ".*reduceByKeyAndWindow at WindowOperatorsTest.java:\\d+ has no name; add .named\\(.*");
    }

    @Test
    void shouldRefuseAMergeThatChangesWhatAWindowHolds() {
        assertThatThrownBy(() -> run(
                        conf().set("millrace.streaming.checkMutation", "true"),
                        null,
                        WORDS,
                        6,
                        words -> words.mapToPair(word -> Tuple2.of(word, new ArrayList<>(List.of(1))))
                                .reduceByKeyAndWindow(
                                        (a, b) -> {
                                            a.addAll(b);
                                            return a;
                                        },
                                        THREE)))
                .hasMessageContaining("the function changed one of the values that it merges in place, given to"
                        + " reduceByKeyAndWindow at WindowOperatorsTest.java:");
    }

    @Test
    void shouldSaySoWhenAnInverseFailsAndGiveTheSame() {
        CapturedLog log = new CapturedLog("dev.millrace.engine");
        MillraceConf once = conf().set("millrace.task.maxAttempts", "1");
        List<List<String>> words = Collections.nCopies(12, List.of("a", "b"));
        List<List<Tuple2<String, Integer>>> right = run(
                once,
                null,
                words,
                12,
                stream -> ones(stream).reduceByKeyAndWindow(Integer::sum, TWO, SECOND, new HashPartitioner(1)));
        List<List<Tuple2<String, Integer>>> computed = run(
                once,
                null,
                words,
                12,
                stream -> ones(stream)
                        .reduceByKeyAndWindow(
                                Integer::sum,
                                (sum, gone) -> {
                                    throw new IllegalStateException("no way back");
                                },
                                TWO,
                                SECOND,
                                new HashPartitioner(1),
                                pair -> true));
        log.close();
        assertThat(computed).isEqualTo(right);
        assertThat(log.messages())
                .hasSize(2)
                .element(0)
                .asString()
                .matches("the inverse function of reduceByKeyAndWindow at"
                        + " [\\w.:]+ has failed \\(1 time so far\\): java.lang.IllegalStateException: no way back; the partition is"
                        + " computed from the whole window instead, which is as right and costs more; correct the function, or"
                        + " leave it out");
        assertThat(log.messages().get(1)).contains(" (10 times so far)");
    }
}
