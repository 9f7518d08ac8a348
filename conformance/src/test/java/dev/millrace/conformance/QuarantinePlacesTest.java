/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.rdd.StorageLevels;
import dev.millrace.rdd.TaskContext;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.ErrorPolicy;
import dev.millrace.streaming.FileStreamOptions;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.testkit.CrashSite;
import dev.millrace.testkit.SimulatedCrash;
import dev.millrace.testkit.StreamTestDriver;
import dev.millrace.testkit.StreamTestSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A record that cannot be used is put aside once, at the same place, whatever fails and however often it is met. */
@ExtendWith(SparkHeldOpen.class)
class QuarantinePlacesTest {
    private static final String EMBEDDED = "local[2]";
    private static final int BATCHES = 5;

    @TempDir
    private Path directory;

    private StreamTestSetup setup(String master, Path work) {
        return StreamTestDriver.setup()
                .master(master)
                .checkpoint(work.resolve("checkpoint"))
                .set("millrace.streaming.fileStream.malformedInput", "quarantine")
                .set(
                        "millrace.streaming.quarantine.directory",
                        work.resolve("aside").toString())
                .observeOnly();
    }

    private static Map<String, List<String>> aside(Path work) throws IOException {
        Map<String, List<String>> files = new LinkedHashMap<>();
        try (Stream<Path> all = Files.list(work.resolve("aside"))) {
            for (Path file : (Iterable<Path>) all.sorted()::iterator) {
                if (!file.getFileName().toString().startsWith("checkpoint-")) { // names whose records these are
                    files.put(file.getFileName().toString(), Files.readAllLines(file));
                }
            }
        }
        return files;
    }

    private static <T> T laterAttempt(T record) {
        if (Objects.requireNonNull(TaskContext.get()).attemptNumber() == 0) {
            throw new IllegalStateException("the first attempt fails");
        }
        return record;
    }

    private static void count(DStream<?> stream, String name) {
        stream.foreachRDD(name, rdd -> {
            rdd.count();
        });
    }

    /** Tasks keep what they computed, then fail, and their next attempts read what was kept. */
    private Map<String, List<String>> keptByTasksThatFail(String master, StorageLevel level) throws IOException {
        Path work = Files.createTempDirectory(directory, "kept");
        try (StreamTestDriver driver = setup(master, work).realInputs("lines").run(ssc -> {
            DStream<Integer> numbers = ssc.textFileStream(directory.resolve("in"), FileStreamOptions.ALL_FILES)
                    .named("lines")
                    .persist(level)
                    .map(Integer::parseInt)
                    .named("numbers")
                    .onError(ErrorPolicy.quarantine())
                    .persist(level);
            count(numbers.map(QuarantinePlacesTest::laterAttempt), "in the last stage");
            count(
                    numbers.map(QuarantinePlacesTest::laterAttempt)
                            .mapToPair(number -> Tuple2.of(number % 3, number))
                            .reduceByKey(Integer::sum)
                            .map(Tuple2::_1),
                    "before a shuffle");
            count(
                    numbers.mapToPair(number -> Tuple2.of(number % 3, laterAttempt(number)))
                            .updateStateByKey(
                                    StateType.of("seen", Integer.class),
                                    (values, seen) -> Optional.of(seen.orElse(0) + values.size()))
                            .map(Tuple2::_1),
                    "in a state");
        })) {
            driver.advanceBatch();
        }
        return aside(work);
    }

    static Stream<StorageLevel> levels() {
        return Stream.of(
                StorageLevels.MEMORY_ONLY,
                StorageLevels.MEMORY_ONLY_SER,
                StorageLevels.MEMORY_AND_DISK,
                StorageLevels.DISK_ONLY);
    }

    @ParameterizedTest
    @MethodSource("levels")
    void shouldPutAsideWhatAnAttemptMetThatKeptTheRestAndFailed(StorageLevel level) throws IOException {
        Files.createDirectory(directory.resolve("in"));
        Files.write(directory.resolve("in/f"), new byte[] {'1', '\n', 'x', '\n', (byte) 0xff, '\n', '2', '\n'});
        Map<String, List<String>> embedded = keptByTasksThatFail(EMBEDDED, level);
        assertThat(embedded).containsOnlyKeys("batch-1000.jsonl");
        assertThat(embedded.get("batch-1000.jsonl")).hasSize(2);
        assertThat(keptByTasksThatFail(SparkHeldOpen.MASTER, level)).isEqualTo(embedded);
    }

    /** A division that fails for every third number, in tasks that fail behind it. */
    private static void guarded(DStream<Integer> numbers, String name) {
        count(
                numbers.map(number -> 100 / (number % 3))
                        .named(name)
                        .onError(ErrorPolicy.quarantine())
                        .map(QuarantinePlacesTest::laterAttempt),
                name + " seen");
    }

    private static void guarded(PairDStream<Integer, Integer> pairs, String name) {
        guarded(pairs.map(pair -> 10 * pair._1() + pair._2()), name);
    }

    private static Optional<Integer> sum(List<Integer> values, Optional<Integer> before) {
        int sum = values.stream().mapToInt(Integer::intValue).sum() + before.orElse(0);
        return sum % 5 == 0 ? Optional.empty() : Optional.of(sum);
    }

    private static void behindShuffles(StreamingContext ssc) {
        DStream<Integer> numbers =
                ssc.queueStream(new ArrayDeque<RDD<Integer>>()).named("numbers");
        PairDStream<Integer, Integer> pairs = numbers.mapToPair(number -> Tuple2.of(number % 11, number));
        guarded(pairs.reduceByKey(Integer::sum), "reduced");
        guarded(
                pairs.groupByKey(3)
                        .mapValues(values ->
                                values.stream().mapToInt(Integer::intValue).sum()),
                "grouped");
        guarded(numbers.transform(rdd -> rdd.coalesce(2)), "coalesced");
        guarded(pairs.updateStateByKey(StateType.of("sums", Integer.class), QuarantinePlacesTest::sum), "summed");
        guarded(
                pairs.<Integer, Integer>mapWithState(
                        StateType.of("open", Integer.class).timeout(Durations.seconds(2)),
                        (time, key, value, state) -> {
                            if (!state.isTimingOut()) {
                                state.update(state.orElse(0) + value.orElseThrow());
                            }
                            return Optional.of(state.get());
                        }),
                "mapped");
        guarded(
                pairs.reduceByKeyAndWindow(Integer::sum, Durations.seconds(3), Durations.seconds(1))
                        .named("window"),
                "windowed");
        guarded(numbers.union(numbers.window(Durations.seconds(2)).named("recent")), "united");
    }

    /** What is put aside by a program that dies at a place, if there is one, and starts again. */
    private Map<String, List<String>> behindShuffles(String master, String... crashes) throws IOException {
        Path work = Files.createTempDirectory(directory, "shuffled");
        Random random = new Random(4);
        try (StreamTestDriver driver = setup(master, work).run(QuarantinePlacesTest::behindShuffles)) {
            for (int batch = 0; batch < BATCHES; batch++) {
                driver.<Integer>input("numbers")
                        .partitions(3)
                        .batchOf(IntStream.range(0, 25)
                                .mapToObj(i -> random.nextInt(40))
                                .toList());
            }
            for (String crash : crashes) {
                driver.advanceBatch();
                driver.crashAt(CrashSite.parse(crash));
                try {
                    driver.advanceBatch();
                } catch (SimulatedCrash expected) {
                    driver.restart(); // which runs the batch that was not decided
                }
            }
            driver.advanceBatches(BATCHES - 2 * crashes.length);
        }
        return aside(work);
    }

    /** After a crash some outputs are done and do not run again, the others meet their records a second time. */
    @Test
    void shouldPutTheSameAsideAtTheSamePlacesOnBothEnginesAlsoWhenABatchRunsAgain() throws IOException {
        Map<String, List<String>> embedded = behindShuffles(EMBEDDED);
        assertThat(embedded).hasSize(BATCHES);
        for (String name : List.of("reduced", "grouped", "coalesced", "summed", "mapped", "windowed", "united")) {
            assertThat(embedded.values())
                    .as(name)
                    .anyMatch(lines -> lines.stream().anyMatch(line -> line.contains('"' + name + '"')));
        }
        assertThat(behindShuffles(SparkHeldOpen.MASTER)).isEqualTo(embedded);
        assertThat(behindShuffles(SparkHeldOpen.MASTER, "OUTPUT_DONE#4", "BEFORE_DECISION#1"))
                .isEqualTo(embedded);
    }
}
