/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.streaming.ErrorPolicy;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A crash at any point loses and doubles nothing of what was put aside, nor of what is made of it afterwards. */
@ExtendWith(NoLeaks.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuarantineCrashTest {
    private static final int BATCHES = 4;

    private final TreeSet<String> crashed = new TreeSet<>();
    private Map<String, String> uninterrupted = Map.of();

    /** Parses numbers, into files and for a look. */
    private record Parsing(Path root) implements StreamProgram {
        @Override
        public void build(StreamingContext context) {
            var numbers = context.<String>queueStream(new java.util.ArrayDeque<>())
                    .named("lines")
                    .map(Integer::parseInt)
                    .named("numbers")
                    .onError(ErrorPolicy.quarantine());
            numbers.foreachRDD("look", rdd -> {
                rdd.count();
            });
            numbers.to(StreamingContext.textFiles(root.resolve("numbers").toString()))
                    .named("files");
        }
    }

    /** Gives what was put aside, corrected. */
    private record Replaying(Path root) implements StreamProgram {
        @Override
        public void build(StreamingContext context) {
            context.quarantined(root.resolve("parsing/quarantine"), "numbers", String.class)
                    .named("again")
                    .map(text -> Integer.parseInt(text.substring(1)))
                    .to(StreamingContext.textFiles(root.resolve("again").toString()))
                    .named("corrected");
        }
    }

    /** These programs have no write-ahead log, and their journals stay small. */
    private static Stream<CrashSite> all() {
        return CrashSite.all(3).stream()
                .filter(site ->
                        !site.point().startsWith("WAL_") && !site.point().startsWith("SNAPSHOT_"));
    }

    static List<CrashSite> sites() {
        return all().filter(site -> site.occurrence() == 2).toList();
    }

    static List<CrashSite> otherSites() {
        return all().filter(site -> site.occurrence() != 2).toList();
    }

    private static StreamTestDriver parsing(Path root) {
        StreamTestDriver driver =
                StreamTestDriver.setup().checkpoint(root.resolve("parsing")).run(new Parsing(root));
        for (int batch = 1; batch <= BATCHES; batch++) {
            driver.<String>input("lines").batch("1", "x" + batch, "3", "y" + batch);
        }
        return driver;
    }

    private static StreamTestDriver replaying(Path root) {
        return StreamTestDriver.setup()
                .checkpoint(root.resolve("replaying"))
                .realInputs("again")
                .run(new Replaying(root));
    }

    private static boolean finish(StreamTestDriver driver, CrashSite site, int batches) {
        boolean crashed = false;
        driver.crashAt(site);
        while (batchesDone(driver) < batches) {
            try {
                driver.advanceBatch();
            } catch (SimulatedCrash crash) {
                crashed = true;
                driver.restart();
            }
        }
        return crashed;
    }

    private static int batchesDone(StreamTestDriver driver) {
        return driver.context()
                .lastBatchTime()
                .map(time -> (int) (time.milliseconds() / 1000))
                .orElse(0);
    }

    private static Map<String, String> files(Path root) throws IOException {
        return files(root, "numbers", "again", "parsing/quarantine");
    }

    private static Map<String, String> files(Path root, String... places) throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (String place : places) {
            try (Stream<Path> all = Files.walk(root.resolve(place))) {
                for (Path file : (Iterable<Path>) all.filter(
                        each -> Files.isRegularFile(each) && !each.toString().contains("/."))::iterator) {
                    files.put(root.relativize(file).toString(), Files.readString(file));
                }
            }
        }
        return files;
    }

    @BeforeAll
    void runUninterrupted(@TempDir Path root) throws IOException {
        try (StreamTestDriver driver = parsing(root)) {
            driver.advanceBatches(BATCHES);
        }
        try (StreamTestDriver driver = replaying(root)) {
            driver.advanceBatches(2);
        }
        uninterrupted = files(root);
        assertThat(uninterrupted.get("parsing/quarantine/batch-2000.jsonl").lines())
                .hasSize(2);
        assertThat(String.join(
                        "",
                        uninterrupted.entrySet().stream()
                                .filter(file -> file.getKey().startsWith("again"))
                                .map(Map.Entry::getValue)
                                .toList()))
                .isEqualTo("1\n1\n2\n2\n3\n3\n4\n4\n");
    }

    @ParameterizedTest
    @MethodSource("sites")
    void shouldKeepWhatWasPutAsideWhenTheProgramCrashes(CrashSite site, @TempDir Path root) throws IOException {
        boolean reached;
        try (StreamTestDriver driver = parsing(root)) {
            reached = finish(driver, site, BATCHES);
        }
        try (StreamTestDriver driver = replaying(root)) {
            reached |= finish(driver, site, 2);
        }
        if (reached) {
            crashed.add(site.point());
        }
        assertThat(files(root)).isEqualTo(uninterrupted);
    }

    @Tag("full")
    @ParameterizedTest
    @MethodSource("otherSites")
    void shouldKeepWhatWasPutAsideWhenTheProgramCrashesElsewhere(CrashSite site, @TempDir Path root)
            throws IOException {
        shouldKeepWhatWasPutAsideWhenTheProgramCrashes(site, root);
    }

    /** Else it would be in the output and in the quarantine. */
    @Test
    void shouldForgetWhatAnUndecidedBatchPutAsideWhenTheProgramIsCorrectedMeanwhile(@TempDir Path root)
            throws IOException {
        AtomicInteger start = new AtomicInteger();
        StreamProgram program = context -> {
            boolean corrected = start.getAndIncrement() > 0;
            context.<String>queueStream(new java.util.ArrayDeque<>())
                    .named("lines")
                    .map(text -> corrected ? 0 : Integer.parseInt(text))
                    .named("numbers")
                    .onError(ErrorPolicy.quarantine())
                    .to(StreamingContext.textFiles(root.resolve("numbers").toString()))
                    .named("files");
        };
        Path quarantine = root.resolve("checkpoint/quarantine");
        try (StreamTestDriver driver = StreamTestDriver.setup()
                .observeOnly() // what an output that is done met counts
                .checkpoint(root.resolve("checkpoint"))
                .run(program)) {
            driver.<String>input("lines").batch("x");
            driver.crashAt(new CrashSite("BEFORE_DECISION", 1));
            assertThatThrownBy(driver::advanceBatch).isInstanceOf(SimulatedCrash.class);
            assertThat(quarantine.resolve("batch-1000-0000000001.undecided")).exists();
            driver.restart();
        }
        assertThat(quarantine).isEmptyDirectory();
        assertThat(files(root, "numbers").values()).contains("0\n");
    }

    @AfterAll
    void theDurablePathWasCrashed() {
        if (crashed.isEmpty()) {
            return; // these tests were not selected
        }
        assertThat(crashed).contains("PLAN_WRITTEN", "OUTPUT_DONE", "BEFORE_DECISION", "DECIDED", "COMMITTED");
    }
}
