/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A crash at any point of the durable path leaves outputs and state as if it had not been. */
@ExtendWith(NoLeaks.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashRecoveryTest {
    private static final int BATCHES = 8;

    private final TreeSet<String> reached = new TreeSet<>();
    private Map<String, String> uninterrupted = Map.of();

    /** Words counted for ever and over a window, into two staged outputs; half of the words come from files. */
    private record Program(Path root) implements StreamProgram {
        @Override
        public void build(StreamingContext context) {
            var files =
                    context.textFileStream(root.resolve("in").toString(), false).named("files");
            var queued = context.queueStream(new ArrayDeque<RDD<String>>()).named("queued");
            var words = files.union(queued).flatMapList(line -> List.of(line.split(" ")));
            words.mapToPair(word -> Tuple2.of(word, 1))
                    .updateStateByKey(
                            StateType.of("totals", Integer.class),
                            (values, total) -> Optional.of(total.orElse(0) + values.size()))
                    .to(StreamingContext.textFiles(root.resolve("totals").toString()))
                    .named("total files");
            words.window(Durations.seconds(3), Durations.seconds(2))
                    .named("recent")
                    .mapToPair(word -> Tuple2.of(word, 1))
                    .reduceByKey(Integer::sum)
                    .to(StreamingContext.textFiles(root.resolve("recent").toString()))
                    .named("recent files");
        }
    }

    private static StreamTestDriver driver(Path root) {
        StreamTestDriver driver = StreamTestDriver.setup()
                .set("millrace.streaming.checkpoint.snapshotBytes", "1k")
                .set("millrace.streaming.checkpoint.retainedBatches", "0")
                .checkpoint(root.resolve("checkpoint"))
                .realInputs("files")
                .run(new Program(root));
        TestInput<String> queued = driver.input("queued");
        for (int batch = 1; batch <= BATCHES; batch++) {
            queued.batch("q" + batch + " all", "q" + batch % 3);
        }
        return driver;
    }

    /** Puts the file of a batch in place, once, just before the batch that is to take it. */
    private static void putFile(Path root, int batch) throws IOException {
        Path file = Files.createDirectories(root.resolve("in")).resolve("file-" + batch + ".txt");
        if (batch % 2 == 1 && !Files.exists(file)) {
            Files.writeString(root.resolve("writing"), "f" + batch + " all\nf" + batch % 4 + "\n");
            Files.move(root.resolve("writing"), file);
        }
    }

    private static Map<String, String> outputs(Path root) throws IOException {
        Map<String, String> outputs = new TreeMap<>();
        for (String output : List.of("totals", "recent")) {
            try (Stream<Path> files = Files.walk(root.resolve(output))) {
                for (Path file : (Iterable<Path>)
                        files.filter(file -> file.getFileName().toString().startsWith("part"))::iterator) {
                    outputs.put(root.relativize(file).toString(), Files.readString(file));
                }
            }
        }
        return outputs;
    }

    @BeforeAll
    void runUninterrupted(@TempDir Path root) throws IOException {
        try (StreamTestDriver driver = driver(root)) {
            for (int batch = 1; batch <= BATCHES; batch++) {
                putFile(root, batch);
                driver.advanceBatch();
            }
        }
        uninterrupted = outputs(root);
        assertThat(uninterrupted).hasSizeGreaterThan(BATCHES);
    }

    /** Whether the crash came. */
    private static boolean crashed(Path root, CrashSite site, boolean atRestartToo) throws IOException {
        boolean crashed = false;
        try (StreamTestDriver driver = driver(root)) {
            driver.crashAt(site);
            while (batchesDone(driver) < BATCHES) {
                putFile(root, batchesDone(driver) + 1);
                try {
                    driver.advanceBatch();
                } catch (SimulatedCrash crash) {
                    crashed = true;
                    restart(driver, site, atRestartToo);
                }
            }
        }
        return crashed;
    }

    private static void restart(StreamTestDriver driver, CrashSite site, boolean crashOnce) {
        if (crashOnce) {
            try {
                driver.crashAt(new CrashSite(site.point(), 1));
                driver.restart();
            } catch (SimulatedCrash second) {
                driver.restart();
            }
        } else {
            driver.restart();
        }
    }

    private static int batchesDone(StreamTestDriver driver) {
        return driver.context()
                .lastBatchTime()
                .map(time -> (int) (time.milliseconds() / 1000))
                .orElse(0);
    }

    /** This program has no receivers, and so no write-ahead log of received data; nor a transactional output. */
    private static boolean isReachable(String point) {
        return !point.startsWith("WAL_")
                && !point.startsWith("TRANSACTION_")
                && !point.startsWith("ROLLBACK_")
                && !point.startsWith("SKIP_")
                && !point.startsWith("UPGRADE_");
    }

    static List<CrashSite> sites() {
        return CrashSite.all(3).stream()
                .filter(site -> isReachable(site.point()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("sites")
    void shouldGiveTheSameOutputsAfterACrash(CrashSite site, @TempDir Path directory) throws IOException {
        if (crashed(directory.resolve("crashed"), site, false)) {
            reached.add(site.point());
        }
        assertThat(outputs(directory.resolve("crashed"))).isEqualTo(uninterrupted);
    }

    @Tag("full")
    @ParameterizedTest
    @MethodSource("sites")
    void shouldGiveTheSameOutputsWhenRecoveryCrashesToo(CrashSite site, @TempDir Path directory) throws IOException {
        crashed(directory.resolve("crashed"), site, true);
        assertThat(outputs(directory.resolve("crashed"))).isEqualTo(uninterrupted);
    }

    @AfterAll
    void shouldHaveReachedEveryPoint() {
        if (reached.isEmpty()) {
            return; // these tests were not selected
        }
        assertThat(CrashSite.points())
                .filteredOn(point -> isReachable(point) && !reached.contains(point))
                .isEmpty();
    }
}
