/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.error.CheckpointException;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.StagedOutput;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.Replay;
import dev.millrace.streaming.ReplayRequest;
import dev.millrace.streaming.ReplayedOutput;
import dev.millrace.streaming.ReplayedOutput.Treatment;
import dev.millrace.streaming.State;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch that is run again gives what was published, and changes nothing. */
@ExtendWith(NoLeaks.class)
class ReplayTest {
    private static final int BATCHES = 10;

    @TempDir
    private Path directory;

    private Path checkpoint = Path.of("");
    private String url = "";
    private final AtomicInteger effects = new AtomicInteger();

    @BeforeEach
    void name() {
        checkpoint = directory.resolve("checkpoint");
        url = "jdbc:h2:" + directory.resolve("database");
    }

    private StreamingContext context() {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.streaming.checkpoint.directory", checkpoint.toString());
        return new StreamingContext(conf, Durations.seconds(1));
    }

    /** Files into state, windows and several outputs; which, the seed says. */
    private StreamingContext program(long seed) throws Exception {
        StreamingContext ssc = context();
        Random random = new Random(seed);
        DStream<String> words = ssc.textFileStream(directory.resolve("in").toString(), false)
                .named("lines")
                .flatMapList(line -> List.of(line.split(" ")));
        PairDStream<String, Integer> pairs = words.mapToPair(word -> Tuple2.of(word, 1));
        if (random.nextBoolean()) {
            pairs.updateStateByKey(
                            StateType.of("totals", Integer.class),
                            (values, total) -> Optional.of(total.orElse(0) + values.size()))
                    .to(files("totals"))
                    .named("totals");
        }
        if (random.nextBoolean()) {
            Lengths window = new Lengths(random);
            pairs.reduceByKeyAndWindow(Integer::sum, window.length(), window.slide())
                    .named("recent")
                    .to(files("recent"))
                    .named("recent");
        }
        if (random.nextBoolean()) {
            pairs.mapWithState(
                            StateType.of("sessions", Integer.class).timeout(Durations.seconds(2)), ReplayTest::session)
                    .named("session changes")
                    .to(files("sessions"))
                    .named("sessions");
        }
        words.to(files("words")).named("words");
        pairs.reduceByKey(Integer::sum).to(new CountsTable(url)).named("table");
        words.foreachRDD("effects", rdd -> effects.incrementAndGet());
        return ssc;
    }

    private record Lengths(Duration length, Duration slide) {
        Lengths(Random random) {
            this(Durations.seconds(2 + random.nextInt(3)), Durations.seconds(1 + random.nextInt(2)));
        }
    }

    private static Optional<String> session(BatchTime time, String key, Optional<Integer> value, State<Integer> state) {
        if (state.isTimingOut()) {
            return Optional.of(key + " ended after " + state.get() + " at " + time);
        }
        state.update(state.orElse(0) + 1);
        return Optional.of(key + " " + state.get());
    }

    private StagedOutput<Object> files(String name) {
        return StreamingContext.textFiles(directory.resolve("out-" + name).toString());
    }

    /** The file of one batch, or none. */
    private void write(int batch, Random random) throws IOException {
        Path in = Files.createDirectories(directory.resolve("in"));
        if (random.nextInt(4) > 0) {
            List<String> lines = new ArrayList<>();
            for (int line = random.nextInt(8); line >= 0; line--) {
                lines.add("w" + random.nextInt(5) + " w" + random.nextInt(20));
            }
            Path file = Files.write(directory.resolve("writing"), lines);
            Files.setLastModifiedTime(file, FileTime.fromMillis(batch * 1000L));
            Files.move(file, in.resolve("file-" + batch));
        }
    }

    /** All files but the database's, which a reader opens. */
    private Map<String, String> everything() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (!file.toString().contains("database")) {
                    all.put(
                            file.toString(),
                            Files.isDirectory(file)
                                    ? "directory"
                                    : Files.getLastModifiedTime(file) + " "
                                            + Arrays.hashCode(Files.readAllBytes(file)));
                }
            }
        }
        return all;
    }

    private Replay replay(long seed, int batch) throws Exception {
        try (StreamingContext ssc = program(seed)) {
            return ssc.replay(ReplayRequest.of(new BatchTime(batch * 1000L)).compare());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void shouldGiveWhatWasPublishedForEveryBatchOfARandomProgram(long seed) throws Exception {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (StreamingContext ssc = program(seed)) {
            for (int batch = 1; batch <= BATCHES; batch++) {
                write(batch, random);
                ssc.runBatches(1);
                if (batch % 3 == 0) { // while the program runs
                    mustBeAsPublished(seed, 1 + random.nextInt(batch));
                }
            }
        }
        int before = effects.get();
        Map<String, String> files = everything();
        for (int batch = 1; batch <= BATCHES; batch++) {
            mustBeAsPublished(seed, batch);
        }
        assertThat(everything()).isEqualTo(files);
        assertThat(effects).hasValue(before);
    }

    private void mustBeAsPublished(long seed, int batch) throws Exception {
        Replay replay = replay(seed, batch);
        for (ReplayedOutput output : replay.outputs()) {
            if (output.name().equals("effects")) {
                assertThat(output.treatment()).isEqualTo(Treatment.SKIPPED);
            } else {
                assertThat(output.published())
                        .as("batch %s of %s", batch, output)
                        .contains(output.records());
            }
        }
        assertThat(replay.differs()).isFalse();
    }

    /** The same lines, with the code of a version that has a mistake. */
    private StreamingContext shouting(boolean mistaken) throws Exception {
        StreamingContext ssc = context();
        DStream<String> lines =
                ssc.textFileStream(directory.resolve("in").toString(), false).named("lines");
        lines.map(line -> mistaken && line.startsWith("b") ? "?" : line.toUpperCase(Locale.ROOT))
                .to(files("words"))
                .named("words");
        lines.map(line -> Tuple2.of(line, 1)).to(new Silent(url)).named("silent");
        lines.foreachRDD("effects", rdd -> effects.addAndGet((int) rdd.count()));
        return ssc;
    }

    /** Does not say what it has. */
    private static final class Silent extends CountsTable {
        Silent(String url) throws SQLException {
            super(url);
        }

        @Override
        public Optional<List<String>> published(OutputBatch batch) {
            return Optional.empty();
        }
    }

    @Test
    void shouldTellWhatDiffersAndRunOnlyWhatIsNamed() throws Exception {
        Files.createDirectories(directory.resolve("in"));
        Files.write(directory.resolve("in/file"), List.of("a", "b", "c"));
        try (StreamingContext ssc = shouting(false)) {
            ssc.runBatches(2);
        }
        assertThat(effects).hasValue(3);

        Replay replay;
        try (StreamingContext ssc = shouting(true)) {
            replay = ssc.replay(ReplayRequest.of(new BatchTime(1000)).compare().running("effects"));
        }

        assertThat(effects).hasValue(6);
        assertThat(replay.differs()).isTrue();
        assertThat(replay.toString())
                .isEqualTo("batch 1000 ms (1970-01-01T00:00:01Z) run again\n"
                        + "output \"words\" (text files in " + directory
                        + "/out-words): 3 records, not what was published"
                        + " (-):\n- B\n+ ?\n"
                        + "output \"silent\" (the table counts): 3 records; no diff, the output does not say what it has"
                        + " published (implement published):\n(a,1)\n(b,1)\n(c,1)\n"
                        + "output \"effects\" (" + replay.output("effects").description() + "): ran\n");
    }

    /** Two programs may write the batches of one output into one table, each from a checkpoint of its own. */
    @Test
    void shouldCompareWithWhatItsOwnCheckpointHasPublished() throws Exception {
        Files.createDirectories(directory.resolve("in"));
        Files.write(directory.resolve("in/file"), List.of("a", "b"));
        Path own = checkpoint;
        for (Path one : List.of(own, directory.resolve("another"))) {
            checkpoint = one;
            try (StreamingContext ssc = table()) {
                ssc.runBatches(1);
            }
        }
        checkpoint = own;
        try (StreamingContext ssc = table()) {
            Replay replay = ssc.replay(ReplayRequest.of(new BatchTime(1000)).compare());
            assertThat(replay.output("table").published()).contains(List.of("(a,1)", "(b,1)"));
            assertThat(replay.differs()).isFalse();
        }
        assertThat(new CountsTable(url).rows("table")).hasSize(4);
    }

    private StreamingContext table() throws Exception {
        StreamingContext ssc = context();
        ssc.textFileStream(directory.resolve("in").toString(), false)
                .named("lines")
                .mapToPair(line -> Tuple2.of(line, 1))
                .to(new CountsTable(url))
                .named("table");
        return ssc;
    }

    @Test
    void shouldRefuseABatchThatIsNotThere() throws Exception {
        Files.createDirectories(directory.resolve("in"));
        try (StreamingContext ssc = shouting(false)) {
            ssc.runBatches(1);
        }
        try (StreamingContext ssc = shouting(false)) {
            assertThatThrownBy(() -> ssc.replay(ReplayRequest.of(new BatchTime(7000))))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage("the checkpoint " + checkpoint
                            + " has no batch 7000 ms, or does not keep it any more; name one"
                            + " that 'millrace checkpoint show' says is kept");
        }
        try (StreamingContext ssc = shouting(false)) {
            assertThatThrownBy(() ->
                            ssc.replay(ReplayRequest.of(new BatchTime(1000)).running("words")))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the program has no outputs of its own code with the names [words]; it has [effects]");
        }
    }
}
