/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.millrace.CapturedLog;
import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Each rule of docs/guide/files.md, by a sentence; on a real directory and in memory. */
@ParameterizedClass
@EnumSource
class FileRulesTest {
    enum Place {
        REAL_DIRECTORY,
        IN_MEMORY
    }

    @Parameter
    private Place place;

    private final FileSystem memory = Jimfs.newFileSystem(Configuration.unix());

    @TempDir
    private Path temporary;

    private Path in;
    private final MillraceConf conf = new MillraceConf();
    private final CapturedLog log = new CapturedLog("dev.millrace.streaming.files");
    private final List<String> warnings = log.messages();

    @BeforeEach
    void setUp() throws IOException {
        Path root = place == Place.IN_MEMORY ? memory.getPath("/work") : temporary;
        in = root.resolve("in");
        Files.createDirectories(in);
    }

    @AfterEach
    void close() throws IOException {
        log.close();
        memory.close();
    }

    /** A file that has its content for {@code minutes} already. */
    private Path file(Path directory, String name, String text, int minutes) throws IOException {
        Files.createDirectories(directory);
        Path file = Files.writeString(directory.resolve(name), text);
        return Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L - minutes * 60_000L));
    }

    private Path file(String name, String text) throws IOException {
        return file(in, name, text, 0);
    }

    private static void delete(Path file) throws IOException {
        Files.delete(file);
    }

    /** What happens between two batches. */
    interface Step {
        void run() throws Exception;
    }

    /** Runs a batch before the first step and one after each; gives their lines and the stream. */
    private Outcome run(Function<StreamingContext, FileDStream<String>> program, Step... steps) throws Exception {
        try (StreamingContext ssc = Programs.local(conf)) {
            FileDStream<String> stream = program.apply(ssc).named("files");
            List<List<String>> batches = new ArrayList<>();
            stream.foreachRDD("lines", rdd -> {
                batches.add(rdd.collect());
            });
            ssc.runBatches(1);
            for (Step step : steps) {
                step.run();
                ssc.runBatches(1);
            }
            return new Outcome(batches, stream);
        }
    }

    record Outcome(List<List<String>> batches, FileDStream<String> stream) {
        String why(Path file) {
            return stream.why(file.toUri().toString());
        }
    }

    private Outcome all(Step... steps) throws Exception {
        return run(ssc -> ssc.textFileStream(in, FileStreamOptions.ALL_FILES), steps);
    }

    private Outcome fresh(Step... steps) throws Exception {
        return run(ssc -> ssc.textFileStream(in, FileStreamOptions.NEW_FILES), steps);
    }

    private static List<List<String>> batches(String... lines) {
        return Arrays.stream(lines)
                .map(batch -> batch.isEmpty() ? List.<String>of() : List.of(batch.split(" ")))
                .toList();
    }

    @Test
    void shouldPassOverWhatIsThereAtTheFirstStartWhenNewFilesOnly() throws Exception {
        Path old = file("old", "a\n");
        Outcome outcome = fresh(() -> file("new", "b\n"));
        assertThat(outcome.batches()).isEqualTo(batches("", "b"));
        assertThat(outcome.why(old))
                .isEqualTo(
                        "skipped: it was there at the first start and newFilesOnly is true; pass false, or rename it");
        assertThat(outcome.why(in.resolve("new"))).isEqualTo("read in batch 2000 ms (2 bytes)");
    }

    @Test
    void shouldReadWhatIsThereAtTheFirstStartWhenAllFilesAreWanted() throws Exception {
        file("old", "a\n");
        assertThat(all().batches()).isEqualTo(batches("a"));
    }

    @Test
    void shouldReadAnOldFileWhenItAppearsLater() throws Exception {
        Outcome outcome = fresh(() -> file(in, "ancient", "a\n", 60 * 24 * 365 * 20));
        assertThat(outcome.batches()).isEqualTo(batches("", "a"));
    }

    @Test
    void shouldReadTheOldestFirstThenByName() throws Exception {
        file(in, "c", "3\n", 1);
        file(in, "b", "2\n", 1);
        file(in, "z", "1\n", 2);
        file(in, "a", "4\n", 0);
        assertThat(all().batches()).isEqualTo(batches("1 2 3 4"));
    }

    @Test
    void shouldPassOverHiddenAndTemporaryNames() throws Exception {
        for (String name : List.of(".hidden", "_SUCCESS", "half.tmp", "copy._COPYING_", "data")) {
            file(name, name + "\n");
        }
        Outcome outcome = all();
        assertThat(outcome.batches()).isEqualTo(batches("data"));
        assertThat(List.of(".hidden", "_SUCCESS", "half.tmp", "copy._COPYING_"))
                .extracting(name -> outcome.why(in.resolve(name)))
                .containsExactly(
                        "skipped: its name begins with a dot; rename it to have it read",
                        "skipped: its name begins with an underscore; rename it to have it read",
                        "skipped: its name ends in .tmp, which marks a copy under way; rename it to have it read",
                        "skipped: its name ends in ._COPYING_, which marks a copy under way; rename it to have it read");
    }

    @Test
    void shouldReadATemporaryFileWhenItIsRenamed() throws Exception {
        file("half.tmp", "a\n");
        Outcome outcome = fresh(() -> Files.move(in.resolve("half.tmp"), in.resolve("whole")));
        assertThat(outcome.batches()).isEqualTo(batches("", "a"));
    }

    @Test
    void shouldNotReadNestedDirectoriesAndSaySoOnce() throws Exception {
        file(in.resolve("nested"), "deep", "a\n", 0);
        Outcome outcome = all(() -> {}, () -> {});
        assertThat(outcome.batches()).isEqualTo(batches("", "", ""));
        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0))
                .endsWith("nested"
                        + (place == Place.IN_MEMORY ? "/" : "")
                        + " is a directory in the directory of a file stream: its files are not read; name it in the"
                        + " stream's directory, perhaps with a glob, or move its files");
        assertThat(outcome.why(in.resolve("nested")))
                .isEqualTo("is a directory: its files are not read; name it in the stream's directory, perhaps with a"
                        + " glob");
        assertThat(outcome.why(in.resolve("nested").resolve("deep")))
                .startsWith("not in the directory " + name(in) + ": ");
    }

    private String name(Path path) {
        return place == Place.IN_MEMORY ? path.toUri().toString() : path.toString();
    }

    @Test
    void shouldNotReadAPathAgainWhenItChangesAndSaySoOnce() throws Exception {
        Path file = file("a", "1\n");
        Outcome outcome = all(() -> file(in, "a", "1\n2\n", 5), () -> {}, () -> file("b", "3\n"));
        assertThat(outcome.batches()).isEqualTo(batches("1", "", "", "3"));
        String change =
                "it had 2 bytes and has 4, written 2023-11-14T22:08:20Z; a path is read once: rename it to a new"
                        + " name to have it read";
        assertThat(warnings).containsExactly(file + " changed after it was seen: " + change);
        assertThat(outcome.why(file))
                .isEqualTo("read in batch 1000 ms (2 bytes); changed after it was seen: " + change);
    }

    @Test
    void shouldSeeAnEmptyFileAndReadNothingOfIt() throws Exception {
        Path empty = file("empty", "");
        Outcome outcome = all();
        assertThat(outcome.batches()).isEqualTo(batches(""));
        assertThat(outcome.why(empty)).isEqualTo("read in batch 1000 ms (0 bytes)");
    }

    @Test
    void shouldReadWhatALinkPointsAt() throws Exception {
        Path target = file(in.resolveSibling("elsewhere"), "target", "a\n", 0);
        Files.createSymbolicLink(in.resolve("link"), target);
        Files.createSymbolicLink(in.resolve("broken"), in.resolve("nothing"));
        assertThat(all().batches()).isEqualTo(batches("a"));
    }

    @Test
    void shouldGiveEmptyBatchesAndWarnOnceWhileTheDirectoryIsMissing() throws Exception {
        delete(in);
        Outcome outcome = fresh(() -> {}, () -> file("a", "1\n"));
        assertThat(outcome.batches()).isEqualTo(batches("", "", "1"));
        assertThat(warnings)
                .containsExactly("the directory " + in + " does not exist; its batches are empty until it does");
    }

    @Test
    void shouldGiveEmptyBatchesAndWarnWhenTheDirectoryCannotBeListed() throws Exception {
        delete(in);
        Files.writeString(in, "a file where a directory should be");
        Outcome outcome = fresh(() -> {}, () -> {
            delete(in);
            file("a", "1\n");
        });
        assertThat(outcome.batches())
                .isEqualTo(batches("", "", "")); // the first listing that worked was the first start
        assertThat(warnings)
                .hasSize(2)
                .startsWith("the directory " + in
                        + " cannot be listed, its batches are empty until it can:"
                        + " java.nio.file.NotDirectoryException: " + in)
                .last()
                .asString()
                .contains(" passed over 1 file that was there at its first start; ");
    }

    @Test
    void shouldTakeTheFilterOfTheProgram() throws Exception {
        file("a.txt", "1\n");
        file("a.csv", "2\n");
        Outcome outcome = run(ssc -> ssc.textFileStream(
                in, FileStreamOptions.ALL_FILES.where(path -> path.toString().endsWith(".txt"))));
        assertThat(outcome.batches()).isEqualTo(batches("1"));
        assertThat(outcome.why(in.resolve("a.csv")))
                .startsWith("skipped: the filter of textFileStream at FileRulesTest.java:")
                .endsWith(" does not take it");
    }

    @Test
    void shouldMatchDirectoriesOfAGlobInEachBatch() throws Exception {
        Path logs = in.resolveSibling("logs");
        file(logs.resolve("a").resolve("in"), "f", "1\n", 2);
        file(logs.resolve("b").resolve("in"), "f", "2\n", 1);
        file(logs.resolve("b").resolve("out"), "f", "x\n", 1);
        file(logs.resolve(".c").resolve("in"), "f", "x\n", 1);
        file(logs, "file", "x\n", 1);
        Outcome outcome = run(
                ssc -> ssc.textFileStream(logs.resolve("*").resolve("in"), FileStreamOptions.ALL_FILES),
                () -> file(logs.resolve("d").resolve("in"), "f", "3\n", 0));
        assertThat(outcome.batches()).isEqualTo(batches("1 2", "3"));
        assertThat(warnings).isEmpty();
        assertThat(outcome.why(logs.resolve("d").resolve("in").resolve("f")))
                .isEqualTo("read in batch 2000 ms (2 bytes)");
        assertThat(outcome.why(logs.resolve("d").resolve("out").resolve("f"))).startsWith("not in ");
    }

    @Test
    void shouldLeaveTheRestForTheNextBatchWhenABatchIsFull() throws Exception {
        conf.set("millrace.streaming.fileStream.maxFilesPerBatch", "2");
        for (String name : List.of("a", "b", "c", "d", "e")) {
            file(name, name + "\n");
        }
        List<String> answers = new ArrayList<>();
        try (StreamingContext ssc = Programs.local(conf)) {
            FileDStream<String> stream = ssc.textFileStream(in, FileStreamOptions.ALL_FILES);
            List<List<String>> lines = Programs.collected(stream);
            answers.add(stream.why(in.resolve("c").toUri().toString()));
            ssc.runBatches(1);
            answers.add(stream.why(in.resolve("c").toUri().toString()));
            answers.add(stream.why(in.resolve("nothing").toUri().toString()));
            file("f", "f\n");
            answers.add(stream.why(in.resolve("f").toUri().toString()));
            ssc.runBatches(2);
            assertThat(lines).isEqualTo(batches("a b", "c d", "e f"));
        }
        assertThat(answers)
                .containsExactly(
                        "not read yet: the stream is not started",
                        "waits: the batches so far were full; raise millrace.streaming.fileStream.maxBytesPerBatch or"
                                + " millrace.streaming.fileStream.maxFilesPerBatch to have it read sooner",
                        "does not exist, and was not seen before",
                        "not seen yet: the next batch lists " + name(in));
    }

    @Test
    void shouldTakeAtLeastOneFileWhenItIsLargerThanABatch() throws Exception {
        conf.set("millrace.streaming.fileStream.maxBytesPerBatch", "5");
        file(in, "a", "1234567\n", 2);
        file(in, "b", "1\n", 1);
        file(in, "c", "2\n", 1);
        file(in, "d", "3\n", 1);
        assertThat(all(() -> {}, () -> {}).batches()).isEqualTo(batches("1234567", "1 2", "3"));
    }

    // ---- the remember time ----

    @Test
    void shouldForgetAPathThatWasAbsentForTheRememberTime() throws Exception {
        conf.set("millrace.streaming.fileStream.rememberTime", "2s");
        file("stays", "s\n");
        Path file = file("a", "1\n");
        Outcome outcome = all(
                () -> delete(file), // absent since 2 s
                () -> {},
                () -> {}, // forgotten at 4 s
                () -> file("a", "2\n"));
        assertThat(outcome.batches()).isEqualTo(batches("1 s", "", "", "", "2"));
    }

    @Test
    void shouldNotForgetAPathThatComesBackInTime() throws Exception {
        conf.set("millrace.streaming.fileStream.rememberTime", "2s");
        file("stays", "s\n");
        Path file = file("a", "1\n");
        Outcome outcome = all(
                () -> delete(file),
                () -> file("a", "1\n"),
                () -> delete(file), // the time begins anew
                () -> {},
                () -> file("a", "2\n"));
        assertThat(outcome.batches()).isEqualTo(batches("1 s", "", "", "", "", ""));
        assertThat(warnings).isEmpty();
    }

    @Test
    void shouldForgetNothingWhileTheDirectoryLooksUnmounted() throws Exception {
        conf.set("millrace.streaming.fileStream.rememberTime", "1s");
        Path away = in.resolveSibling("away");
        file("a", "1\n");
        file("b", "2\n");
        Outcome outcome = all(
                () -> Files.move(in, away), // missing
                () -> {},
                () -> {},
                () -> Files.createDirectory(in), // an empty mount point
                () -> {},
                () -> {},
                () -> {
                    delete(in);
                    Files.move(away, in);
                },
                () -> {});
        assertThat(outcome.batches()).isEqualTo(batches("1 2", "", "", "", "", "", "", "", ""));
    }

    @Test
    void shouldRememberAcrossARestart(@TempDir Path state) throws Exception {
        conf.set("millrace.streaming.fileStream.rememberTime", "3s");
        conf.set("millrace.streaming.checkpoint.directory", state.toString());
        file("old", "0\n");
        Path file = file("a", "1\n");
        Outcome first = fresh(() -> file("b", "2\n"), () -> delete(file)); // absent since 3 s
        file("while it was down", "3\n");
        Outcome second = fresh(() -> {}, () -> {}, () -> file("a", "4\n")); // batches 4 to 7 s, forgotten at 6 s
        assertThat(first.batches()).isEqualTo(batches("", "2", ""));
        assertThat(second.batches()).isEqualTo(batches("3", "", "", "4"));
        assertThat(second.why(in.resolve("b"))).isEqualTo("read in batch 2000 ms (2 bytes)");
        String asked = in.resolve("b").toUri().toString();
        assertThat(CheckpointInfo.read(state).why(asked))
                .containsExactly(Map.entry("files", "read in batch 2000 ms (2 bytes)"));
        assertThat(CheckpointInfo.read(state).why(in.resolve("c").toUri().toString()))
                .containsEntry("files", "does not exist, and was not seen before");
    }
}
