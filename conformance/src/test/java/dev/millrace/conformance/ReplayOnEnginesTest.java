/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.Replay;
import dev.millrace.streaming.ReplayRequest;
import dev.millrace.streaming.State;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.UpgradePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A batch that either engine has published is run again by either, and a start is rehearsed by either. */
@ExtendWith(SparkHeldOpen.class)
class ReplayOnEnginesTest {
    private static final int BATCHES = 6;

    private final Ledger<Tuple2<String, Integer>> ledger = new Ledger<>();

    @TempDir
    private Path directory;

    private StreamingContext program(String master) {
        MillraceConf conf = new MillraceConf()
                .setMaster(master)
                .set("millrace.streaming.checkpoint.directory", checkpoint().toString())
                .set("millrace.streaming.fileStream.maxBytesPerBatch", "1"); // one file a batch
        StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1));
        build(ssc, directory, ledger);
        return ssc;
    }

    private Path checkpoint() {
        return directory.resolve("checkpoint");
    }

    private static void build(StreamingContext ssc, Path directory, Ledger<Tuple2<String, Integer>> ledger) {
        DStream<String> words = ssc.textFileStream(directory.resolve("in").toString(), false)
                .named("lines")
                .flatMapList(line -> List.of(line.split(" ")));
        PairDStream<String, Integer> pairs = words.mapToPair(word -> Tuple2.of(word, 1));
        pairs.updateStateByKey(
                        StateType.of("totals", Integer.class),
                        (values, total) ->
                                Optional.of(total.orElse(0) + values.size()).filter(sum -> sum < 7))
                .to(ledger)
                .named("totals");
        pairs.reduceByKeyAndWindow(Integer::sum, Durations.seconds(3), Durations.seconds(1))
                .named("recent")
                .saveAsTextFiles(directory.resolve("recent").toString())
                .named("recent files");
        pairs.mapWithState(
                        StateType.of("sessions", Integer.class).timeout(Durations.seconds(2)),
                        ReplayOnEnginesTest::session)
                .saveAsObjectFiles(directory.resolve("sessions").toString())
                .named("session files");
    }

    private static Optional<String> session(BatchTime time, String key, Optional<Integer> value, State<Integer> state) {
        if (state.isTimingOut()) {
            return Optional.of(key + " ended after " + state.get() + " at " + time);
        }
        state.update(state.orElse(0) + 1);
        return Optional.of(key + " " + state.get());
    }

    private void writeInput() throws IOException {
        Path in = Files.createDirectory(directory.resolve("in"));
        Random random = new Random(11);
        for (int batch = 0; batch < BATCHES; batch++) {
            List<String> lines = new ArrayList<>();
            for (int line = 0; line < 6; line++) {
                lines.add("w" + random.nextInt(5) + " w" + random.nextInt(12));
            }
            Path file = Files.write(in.resolve("file-" + batch), lines);
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000L + 1000L * batch));
        }
    }

    private Map<String, String> everything() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                all.put(
                        file.toString(),
                        Files.getLastModifiedTime(file) + " " + Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({"spark:local[2], spark:local[2]", "spark:local[2], local[2]", "local[2], spark:local[2]"})
    void shouldGiveWhatWasPublished(String published, String replayed) throws IOException {
        writeInput();
        try (StreamingContext ssc = program(published)) {
            ssc.runBatches(BATCHES);
        }
        Map<String, String> before = everything();
        for (int batch = 1; batch <= BATCHES; batch++) {
            try (StreamingContext ssc = program(replayed)) {
                Replay replay = ssc.replay(
                        ReplayRequest.of(new BatchTime(batch * 1000L)).compare());
                assertThat(replay.differs()).as("%s", replay).isFalse();
                assertThat(replay.output("totals").published().orElseThrow()).isNotEmpty();
                assertThat(replay.output("recent files").published().orElseThrow())
                        .isNotEmpty();
                assertThat(replay.output("session files").published().orElseThrow())
                        .isNotEmpty();
            }
        }
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void shouldRehearseAStartAlikeOnBothEngines() throws IOException {
        writeInput();
        try (StreamingContext ssc = program("spark:local[2]")) {
            ssc.runBatches(2);
        }
        List<String> plans = new ArrayList<>();
        for (String master : List.of("local[2]", "spark:local[2]")) {
            try (StreamingContext ssc = program(master)) {
                plans.add(UpgradePlan.of(ssc).toString());
            }
        }
        assertThat(plans.get(0)).contains("  kept      state   totals ").endsWith("The program would start.\n");
        assertThat(plans.get(1)).isEqualTo(plans.get(0));
    }

    /** Any main that runs on Spark, as the command replays and rehearses it: it ends its process, so it has its own. */
    @Test
    @Tag("full")
    void shouldReplayAndRehearseAMainOnSpark() throws Exception {
        writeInput();
        try (StreamingContext ssc = program("spark:local[2]")) {
            ssc.runBatches(3);
        }
        Map<String, String> before = everything();

        assertThat(ended("-Dmillrace.checkpoint.plan=" + checkpoint())).endsWith("The program would start.\n");
        assertThat(ended("-Dmillrace.replay=" + checkpoint(), "-Dmillrace.replay.batch=2000"))
                .startsWith("batch 2000 ms (1970-01-01T00:00:02Z) run again\noutput \"totals\" (a ledger): ")
                .contains("output \"recent files\" (text files in " + directory.resolve("recent-*") + "): ");
        assertThat(everything()).isEqualTo(before);
    }

    private String ended(String... properties) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(JavaModuleOptions.defaultModuleOptions().split(" ")));
        command.addAll(List.of(properties));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                ReplayOnEnginesTest.class.getName(),
                directory.toString()));
        Path out = Files.createTempFile("millrace-main", ".out");
        Path err = Files.createTempFile("millrace-main", ".err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(err)).isZero();
            return Files.readString(out);
        } finally {
            process.destroyForcibly();
            Files.delete(out);
            Files.delete(err);
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        Path directory = Path.of(arguments[0]);
        MillraceConf conf = new MillraceConf()
                .setMaster("spark:local[2]")
                .set("millrace.streaming.fileStream.maxBytesPerBatch", "1");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            ssc.checkpoint(directory.resolve("checkpoint").toString());
            build(ssc, directory, new Ledger<>());
            ssc.start();
            ssc.awaitTermination();
        }
    }
}
