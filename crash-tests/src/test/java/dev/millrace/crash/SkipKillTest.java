/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.error.BatchFailedException;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.CheckpointInfo;
import dev.millrace.streaming.CheckpointSkip;
import dev.millrace.streaming.CheckpointVerification;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.ReplayRequest;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The command that skips a batch dies at each of its points. */
@Tag("crash")
@Timeout(120)
class SkipKillTest {
    private static final BatchTime POISONED = new BatchTime(2000);
    private static final int FILES = 4;

    @TempDir
    private Path root;

    private StreamingContext program(boolean corrected) {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.task.maxAttempts", "1")
                .set("millrace.streaming.fileStream.maxBytesPerBatch", "1");
        StreamingContext context = new StreamingContext(conf, Durations.seconds(1));
        context.checkpoint(checkpoint().toString());
        context.textFileStream(root.resolve("in").toString(), false)
                .named("lines")
                .mapToPair(line -> Tuple2.of("sum", corrected && line.equals("poison") ? 100 : Integer.parseInt(line)))
                .updateStateByKey(
                        StateType.of("sums", Integer.class),
                        (numbers, sum) -> Optional.of(sum.orElse(0)
                                + numbers.stream().mapToInt(Integer::intValue).sum()))
                .to(StreamingContext.textFiles(root.resolve("out").toString()))
                .named("files");
        return context;
    }

    private Path checkpoint() {
        return root.resolve("checkpoint");
    }

    private void run(int batches) {
        try (StreamingContext context = program(false)) {
            context.runBatches(batches);
        }
    }

    @BeforeEach
    void failAtThePoison() throws IOException {
        Files.createDirectories(root.resolve("in"));
        for (int file = 1; file <= FILES; file++) {
            Path path = root.resolve("in").resolve(Integer.toString(file));
            Files.writeString(path, file == 2 ? "poison\n" : file + "\n");
            Files.setLastModifiedTime(path, FileTime.fromMillis(1_000_000L + file * 1000L));
        }
        assertThatThrownBy(() -> run(FILES)).isInstanceOf(BatchFailedException.class);
    }

    private ChildProcess.Life skip(Death death, String... more) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of(checkpoint().toString(), Long.toString(POISONED.milliseconds())));
        arguments.addAll(List.of(more));
        return ChildProcess.run(SkipProgram.class, arguments, List.of(), death, root.resolve("errors"));
    }

    private List<String> published() throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve("out"))) {
            List<String> lines = new ArrayList<>();
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("part"))
                    .sorted()
                    .toList()) {
                lines.addAll(Files.readAllLines(file));
            }
            return lines;
        }
    }

    private void mustReplay() {
        try (StreamingContext context = program(true)) {
            assertThat(context.replay(ReplayRequest.of(POISONED))
                            .output("files")
                            .records())
                    .containsExactly("(sum,101)");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = CrashPoint.class,
            names = {"JOURNAL_ROLLED", "SKIP_KEPT", "SKIP_DECIDED"})
    void shouldBeSkippedOrNotWhereverTheCommandDies(CrashPoint point) throws Exception {
        assertThat(skip(new Death.At(point, 1)).killed()).isTrue();
        boolean skipped = !CheckpointInfo.read(checkpoint()).skipped().isEmpty();
        assertThat(skipped).isEqualTo(point == CrashPoint.SKIP_DECIDED);
        if (!skipped) {
            assertThatThrownBy(() -> run(0)).isInstanceOf(BatchFailedException.class);
            assertThat(skip(new Death.None()).exit()).isZero();
        }
        run(FILES - 2);
        assertThat(published()).containsExactly("(sum,1)", "(sum,4)", "(sum,8)");
        mustReplay();
        assertThat(CheckpointVerification.of(checkpoint()).isRight()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(value = CrashPoint.class, names = "SKIP_FORGOTTEN")
    void shouldForgetAllOfTheBatchWhereverTheCommandDies(CrashPoint point) throws Exception {
        assertThat(skip(new Death.None()).exit()).isZero();
        mustReplay();
        assertThat(skip(new Death.At(point, 1), SkipProgram.FORGET).killed()).isTrue();
        assertThat(CheckpointSkip.isKept(checkpoint(), POISONED)).isFalse();
        assertThat(skip(new Death.None(), SkipProgram.FORGET).exit()).isZero();
        assertThat(checkpoint().resolve("skipped")).isEmptyDirectory();
        run(FILES - 2);
        assertThat(published()).containsExactly("(sum,1)", "(sum,4)", "(sum,8)");
    }
}
