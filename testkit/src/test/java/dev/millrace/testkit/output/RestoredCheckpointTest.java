/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Tuple2;
import dev.millrace.error.CheckpointException;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.CheckpointRollback;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.UpgradePlan;
import dev.millrace.testkit.NoLeaks;
import dev.millrace.testkit.StreamTestDriver;
import dev.millrace.testkit.StreamTestSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint directory that is copied while its program rests, and that comes back later, with files and a table as outputs. */
@ExtendWith(NoLeaks.class)
class RestoredCheckpointTest {
    private static final String ACCEPT = "millrace.streaming.checkpoint.acceptPublished";
    private static final String RETRACT = "millrace.streaming.checkpoint.retractPublished";
    private static final int BATCHES = 6;

    @TempDir
    private Path directory;

    private String url = "";

    @BeforeEach
    void nameDatabase() {
        url = "jdbc:h2:" + directory.resolve("database");
    }

    private Path checkpoint() {
        return directory.resolve("checkpoint");
    }

    private void build(StreamingContext context) {
        var totals = context.queueStream(new ArrayDeque<RDD<String>>())
                .named("words")
                .mapToPair(word -> Tuple2.of(word, 1))
                .updateStateByKey(
                        StateType.of("totals", Integer.class),
                        (ones, total) -> Optional.of(ones.size() + total.orElse(0)));
        totals.map(total -> total._1() + "=" + total._2())
                .to(StreamingContext.textFiles(directory.resolve("out").toString()))
                .named("files");
        try {
            totals.to(new CountsTable(url)).named("table");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private StreamTestSetup setup() {
        return StreamTestDriver.setup().checkpoint(checkpoint()).observeOnly();
    }

    private void run(StreamTestSetup setup, int until) {
        try (StreamTestDriver driver = setup.run(this::build)) {
            for (int batch = 0; batch < BATCHES; batch++) {
                driver.input("words").batch("word");
            }
            driver.advanceBatches(0);
            int done = driver.context()
                    .lastBatchTime()
                    .map(time -> (int) (time.milliseconds() / 1000))
                    .orElse(0);
            driver.advanceBatches(until - done);
        }
    }

    private Map<String, List<String>> files() throws IOException {
        Map<String, List<String>> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory.resolve("out"))) {
            for (Path file : all.filter(path -> path.getFileName().toString().startsWith("part"))
                    .toList()) {
                files.put(file.getParent().getFileName().toString(), Files.readAllLines(file));
            }
        }
        return files;
    }

    private List<Integer> rows() throws SQLException {
        return new CountsTable(url)
                .rows("table").stream().map(Tuple2::_2).sorted().toList();
    }

    private static Map<String, List<String>> filesUntil(int batch) {
        Map<String, List<String>> files = new TreeMap<>();
        for (int i = 1; i <= batch; i++) {
            files.put("batch-" + i * 1000, List.of("word=" + i));
        }
        return files;
    }

    private void copy(Path from, Path to) throws IOException {
        delete(to);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void delete(Path root) throws IOException {
        if (Files.exists(root)) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** The program runs to batch 4; then comes back what the checkpoint was after batch 2. */
    private void restore() throws IOException {
        run(setup(), 2);
        copy(checkpoint(), directory.resolve("backup"));
        run(setup(), 4);
        copy(checkpoint(), directory.resolve("newest"));
        copy(directory.resolve("backup"), checkpoint());
    }

    private String refusal() {
        String message = "";
        try {
            run(setup(), BATCHES);
        } catch (CheckpointException e) {
            message = e.getMessage();
        }
        return message.replace(directory.toString(), "DIR").replaceAll("[0-9a-f-]{36}", "UUID");
    }

    private static String problem(String output) {
        return "  - the output " + output
                + " has published batch 4000 ms, and the checkpoint does not know of it: its last"
                + " decided batch is 2000 ms. It is an older copy, or has lost what it decided last, and would publish again what"
                + " it had published since. Start with the newest copy; or let the output take back what it has published since with"
                + " conf.set(\"millrace.streaming.checkpoint.retractPublished\", \"4000\"); or publish beside that with"
                + " conf.set(\"millrace.streaming.checkpoint.acceptPublished\", \"4000\"), so that readers may see records"
                + " twice";
    }

    @Test
    void shouldRefuseAnOlderCopyThatWouldPublishAgain() throws Exception {
        restore();
        String expected = "This program cannot start on the checkpoint DIR/checkpoint:\n"
                + problem("files (text files in DIR/out)") + "\n" + problem("table (the table counts)");
        assertThat(refusal()).isEqualTo(expected);
        assertThat(refusal()).as("a second time").isEqualTo(expected);
        assertThat(files()).isEqualTo(filesUntil(4));
        assertThat(rows()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void shouldSayTheSameInARehearsal() throws Exception {
        restore();
        try (StreamingContext context = new StreamingContext(
                new dev.millrace.MillraceConf().setMaster("local"), java.time.Duration.ofSeconds(1))) {
            build(context);
            context.checkpoint(checkpoint().toString());
            UpgradePlan plan = UpgradePlan.of(context);
            assertThat(plan.starts()).isFalse();
            assertThat(plan.refusal().replace(directory.toString(), "DIR"))
                    .contains(problem("files (text files in DIR/out)"));
        }
    }

    @Test
    void shouldGoOnWhenTheOutputsTakeBackWhatCameAfterTheCopy() throws Exception {
        restore();
        run(setup().set(RETRACT, "4000"), 3);
        assertThat(files()).isEqualTo(filesUntil(3));
        assertThat(rows()).containsExactly(1, 2, 3);
        run(setup(), BATCHES);
        assertThat(files()).isEqualTo(filesUntil(BATCHES));
        assertThat(rows()).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void shouldTakeBackNothingBehindTheBatchThatIsNamed() throws Exception {
        restore();
        assertThatThrownBy(() -> run(setup().set(RETRACT, "3000"), 3)).isInstanceOf(CheckpointException.class);
        assertThat(files()).isEqualTo(filesUntil(4));
        assertThat(rows()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void shouldPublishBesideThatWhenItIsAccepted() throws Exception {
        restore();
        run(setup().set(ACCEPT, "4000"), 5);
        assertThat(files()).isEqualTo(filesUntil(5));
        assertThat(rows()).containsExactly(1, 2, 3, 3, 4, 4, 5);
        run(setup(), BATCHES);
        assertThat(rows()).as("and is settled then").containsExactly(1, 2, 3, 3, 4, 4, 5, 6);
    }

    /** A roll back of the copy itself is pending, and takes back what is ahead of it. */
    @Test
    void shouldStartWhenARollBackIsAboutToTakeThatBack() throws Exception {
        run(setup(), 4);
        CheckpointRollback.carryOut(checkpoint(), new BatchTime(2000));
        run(setup(), 4);
        assertThat(files()).isEqualTo(filesUntil(4));
        assertThat(rows()).containsExactly(1, 2, 3, 4);
    }

    /** What the outputs hold when the first batch runs again. */
    private void rollBackTo(int batch, Map<String, List<String>> files, List<Integer> rows) {
        CheckpointRollback.carryOut(checkpoint(), new BatchTime(batch * 1000L));
        CrashPoint.observe(point -> {
            if (point == CrashPoint.STEPS_RUN && rows.isEmpty()) {
                try {
                    files.putAll(files());
                    rows.addAll(rows());
                } catch (IOException | SQLException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        try {
            run(setup(), BATCHES);
        } finally {
            CrashPoint.observe(point -> {});
        }
    }

    /** The other copy was started more often, so its receipts bear later epochs than this one's programs. */
    @Test
    void shouldTakeBackWhatWasPublishedBesideAnotherCopyThatWasStartedMoreOften() throws Exception {
        run(setup(), 2);
        copy(checkpoint(), directory.resolve("backup"));
        for (int start = 0; start < 6; start++) {
            run(setup(), 2);
        }
        run(setup(), 4);
        copy(directory.resolve("backup"), checkpoint());
        run(setup().set(ACCEPT, "4000"), 5);
        assertThat(files()).isEqualTo(filesUntil(5));
        Map<String, List<String>> files = new TreeMap<>();
        List<Integer> rows = new ArrayList<>();
        rollBackTo(2, files, rows);
        assertThat(files).isEqualTo(filesUntil(2));
        assertThat(rows).containsExactly(1, 2);
        assertThat(files()).isEqualTo(filesUntil(BATCHES));
        assertThat(rows()).containsExactly(1, 2, 3, 4, 5, 6);
        run(setup(), BATCHES);
    }

    /** The copy goes on to the end with empty outputs. */
    private void runElsewhere() throws Exception {
        Path there = directory.resolve("elsewhere");
        Files.move(directory.resolve("out"), there);
        url = "jdbc:h2:" + directory.resolve("another-database");
        run(setup(), BATCHES);
        delete(directory.resolve("out"));
        Files.move(there, directory.resolve("out"));
        url = "jdbc:h2:" + directory.resolve("database");
    }

    @Test
    void shouldRefuseReceiptsOfAnotherCopy() throws Exception {
        restore();
        runElsewhere();
        copy(directory.resolve("newest/receipts"), checkpoint().resolve("receipts"));
        assertThat(refusal())
                .isEqualTo(
                        "the checkpoint DIR/checkpoint has receipts from the run UUID, which is not in"
                                + " the past of this copy: the directory receipts is that of another copy of the checkpoint; put back"
                                + " the one that belongs to the other files here, or restore the whole directory from one copy");
    }

    @Test
    void shouldRefuseACopyThatWentOnElsewhere() throws Exception {
        restore();
        runElsewhere();
        assertThat(refusal())
                .startsWith(
                        "This program cannot start on the checkpoint DIR/checkpoint:\n"
                                + "  - the output files (text files in DIR/out) has published batch 4000 ms by the run UUID of this"
                                + " checkpoint, which is not in the past of this copy: its last decided batch is 6000 ms. Two"
                                + " copies of it were used. Go on with the other copy; or publish beside that with"
                                + " conf.set(\"millrace.streaming.checkpoint.acceptPublished\", \"4000\"), so that readers may see"
                                + " records twice\n  - the output table (the table counts) has published batch 4000 ms by the run ");
    }

    /** The core's own tests look at the messages in the log. */
    @Test
    void shouldPublishBesideWhatAnotherCheckpointHasPublished() throws Exception {
        run(setup(), 4);
        delete(checkpoint());
        run(setup(), 2);
        run(setup(), BATCHES);
        assertThat(files()).isEqualTo(filesUntil(BATCHES));
        assertThat(rows()).containsExactly(1, 1, 2, 2, 3, 3, 4, 4, 5, 6);
    }
}
