/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.CapturedLog;
import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.error.BatchFailedException;
import dev.millrace.rdd.StorageLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A spill directory that takes no file for a while. */
@Timeout(120)
class FullSpillDiskTest {
    private static final int BATCHES = 5;
    private static final int RECORDS = 3_000;

    /** Longer than the test, which runs in real time. */
    private static final Duration WINDOW_LENGTH = Durations.minutes(10);

    @TempDir
    private Path spills;

    /** The operations that spill. */
    enum Spilling {
        SORT(pairs -> pairs.transform(rdd -> rdd.sortBy(Tuple2::_2, true, 2))),
        REDUCE(pairs -> pairs.reduceByKey(String::concat).toDStream()),
        REPARTITION(pairs -> pairs.repartition(3).toDStream()),
        JOIN(pairs -> pairs.join(pairs.mapValues(String::length)).toDStream()),
        CACHE(pairs -> {
            PairDStream<String, String> kept = pairs.persist(StorageLevel.MEMORY_AND_DISK());
            return kept.union(kept.filter(pair -> pair._1().endsWith("1"))).toDStream();
        }),
        WINDOW(pairs -> pairs.window(WINDOW_LENGTH).toDStream()),
        REDUCED_WINDOW(pairs ->
                pairs.reduceByKeyAndWindow(String::concat, WINDOW_LENGTH).toDStream()),
        GROUPED_WINDOW(pairs -> pairs.groupByKeyAndWindow(WINDOW_LENGTH).toDStream()),
        JOINED_WINDOWS(pairs -> pairs.window(WINDOW_LENGTH)
                .join(pairs.mapValues(String::length)
                        .filter(pair -> pair._1().endsWith("1"))
                        .window(WINDOW_LENGTH))
                .toDStream()),
        UPDATE_STATE(pairs -> pairs.updateStateByKey(
                        StateType.of("lengths", Integer.class),
                        (values, length) -> Optional.of(
                                length.orElse(0) + String.join("", values).length()))
                .toDStream()),
        MAP_WITH_STATE(pairs -> pairs.mapWithState(StateType.of("counts", Integer.class), (time, key, value, state) -> {
                    state.update(state.orElse(0) + 1);
                    return Optional.of(key + state.get());
                })
                .stateSnapshots()
                .toDStream());

        private final Function<PairDStream<String, String>, DStream<?>> program;

        Spilling(Function<PairDStream<String, String>, DStream<?>> program) {
            this.program = program;
        }
    }

    /** Files in the way of those that the engine would make next. */
    private static final class Outage {
        private final List<Path> inTheWay = new ArrayList<>();

        Outage(Path spills) {
            try {
                List<Path> made = names(spills)
                        .map(spills::resolve)
                        .flatMap(directory -> names(directory).map(directory::resolve))
                        .filter(file -> file.getFileName().toString().endsWith(".spill"))
                        .toList();
                Path directory = made.get(0).getParent();
                int last = made.stream()
                        .map(file -> file.getFileName().toString().replace(".spill", ""))
                        .map(Integer::valueOf)
                        .max(Comparator.naturalOrder())
                        .orElseThrow();
                for (int i = 1; i <= 2_000; i++) {
                    inTheWay.add(Files.createFile(directory.resolve((last + i) + ".spill")));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Asks for names only, because files are deleted meanwhile: a walk asks for the attributes of each. */
        private static Stream<String> names(Path directory) {
            String[] names = directory.toFile().list();
            return names == null ? Stream.empty() : Stream.of(names);
        }

        void end() throws IOException {
            for (Path file : inTheWay) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static volatile @Nullable Outage outage;

    private static List<List<Tuple2<String, String>>> batches() {
        return IntStream.range(0, BATCHES)
                .mapToObj(batch -> IntStream.range(0, RECORDS)
                        .mapToObj(i -> Tuple2.of("key " + (i * 7 + batch) % 1_000, "value " + (i * 31 % 500)))
                        .toList())
                .toList();
    }

    private StreamingContext context(String budget) {
        return new StreamingContext(
                new MillraceConf()
                        .setMaster("local[2]")
                        .set("millrace.task.maxAttempts", "1")
                        .set("millrace.task.retryDelay", "5ms")
                        .set("millrace.task.maxRetryDelay", "5ms")
                        .set("millrace.memory.budget", budget)
                        .set("millrace.memory.spillDirectory", spills.toString()),
                Durations.milliseconds(100));
    }

    private DStream<?> program(StreamingContext ssc, Spilling spilling, boolean trouble) {
        Path directory = spills;
        PairDStream<String, String> pairs = Programs.batches(ssc, batches()).mapToPair(pair -> pair);
        pairs.repartition(2).foreachRDD((rdd, time) -> {
            rdd.persist(StorageLevel.DISK_ONLY()).count(); // so that there is a directory
            if (trouble && outage == null && ++seen == 3) {
                outage = new Outage(directory);
            }
        });
        return spilling.program.apply(pairs);
    }

    private static int seen;

    private List<String> run(Spilling spilling, String budget, boolean trouble) throws Exception {
        outage = null;
        seen = 0;
        List<String> results = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(BATCHES);
        try (StreamingContext ssc = context(budget);
                CapturedLog log = new CapturedLog("dev.millrace.memory")) {
            program(ssc, spilling, trouble).foreachRDD(rdd -> {
                results.add(rdd.collect().toString());
                done.countDown();
            });
            ssc.start();
            if (trouble) {
                String line = log.await("SEVERE the spill directory takes nothing: .*");
                assertThat(line)
                        .matches("SEVERE the spill directory takes nothing: .*\\.spill.*; the disk of " + spills
                                + " has [0-9]+ bytes free\\. Tasks that need it wait and are tried again, and other data stays"
                                + " in memory meanwhile, beyond millrace\\.memory\\.budget; free space there, or set"
                                + " millrace\\.memory\\.spillDirectory or a larger millrace\\.memory\\.budget");
                Outage under = outage;
                assertThat(under).isNotNull();
                under.end();
                log.await("INFO the spill directory below " + spills + " takes data again");
            }
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
            ssc.stop(Duration.ofSeconds(10));
        }
        return List.copyOf(results.subList(0, BATCHES));
    }

    @ParameterizedTest
    @EnumSource
    void shouldWaitAndGoOnWhenThereIsRoom(Spilling spilling) throws Exception {
        List<String> undisturbed = run(spilling, "1g", false);
        assertThat(run(spilling, "1", true).equals(undisturbed)).isTrue();
    }

    @Test
    void shouldFailInVirtualTime() {
        outage = null;
        seen = 0;
        try (StreamingContext ssc = context("1");
                CapturedLog log = new CapturedLog("dev.millrace.memory")) {
            program(ssc, Spilling.REDUCE, true).foreachRDD(rdd -> rdd.count());
            assertThatThrownBy(() -> ssc.runBatches(BATCHES))
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessageContaining("data that finds no room in memory cannot be spilled: ")
                    .hasMessageContaining("; the disk of " + spills + " has ")
                    .hasMessageContaining(
                            " bytes free; free space there, or set millrace.memory.spillDirectory or a larger"
                                    + " millrace.memory.budget");
            assertThat(log.lines()).anyMatch(line -> line.startsWith("SEVERE the spill directory takes nothing: "));
        }
    }
}
