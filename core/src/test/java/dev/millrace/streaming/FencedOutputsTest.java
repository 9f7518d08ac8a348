/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.error.CheckpointException;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.spi.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A program that falls asleep right after it has seen that it owns its checkpoint, and wakes when another has taken that over:
 * it deletes and takes back nothing of its successor's.
 */
class FencedOutputsTest {
    private static final String FENCED = "was taken over by process ";

    @TempDir
    Path directory;

    private final MemoryTable table = new MemoryTable();

    private static final class Death extends Error {
        private static final long serialVersionUID = 1;
    }

    @AfterEach
    void observeNoMore() {
        CrashPoint.observe(point -> {});
    }

    private Path checkpoint() {
        return directory.resolve("checkpoint");
    }

    private Output<Object> files() {
        return StreamingContext.textFiles(directory.resolve("out").toString());
    }

    private StreamingContext program() {
        MillraceConf conf =
                new MillraceConf().setMaster("local[2]").set("millrace.streaming.checkpoint.takeover", "true");
        StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1));
        ssc.checkpoint(checkpoint().toString());
        DStream<String> lines = Programs.batches(
                        ssc, List.of("a", "b"), List.of("c", "d"), List.of("e", "f"), List.of("g", "h"))
                .named("lines");
        lines.to(files()).named("files");
        lines.to(table).named("table");
        return ssc;
    }

    private void run(int batches) {
        try (StreamingContext ssc = program()) {
            ssc.runBatches(batches);
        }
    }

    /** Runs what is given when a point is reached for the nth time, once; the program there waits meanwhile. */
    private static void asleepAt(CrashPoint point, int occurrence, Runnable meanwhile) {
        AtomicInteger left = new AtomicInteger(occurrence);
        CrashPoint.observe(reached -> {
            if (reached == point && left.decrementAndGet() == 0) {
                meanwhile.run();
            }
        });
    }

    /** A successor takes over and runs batches until it dies where it is told to; null if it ends by itself. */
    private void takeOver(int batches, @Nullable CrashPoint death) {
        CrashPoint.observe(reached -> {
            if (reached == death) {
                throw new Death();
            }
        });
        if (death == null) {
            run(batches);
        } else {
            assertThatThrownBy(() -> run(batches)).hasRootCauseInstanceOf(Death.class);
        }
        CrashPoint.observe(reached -> {});
    }

    private Map<String, List<String>> published() throws IOException {
        Map<String, List<String>> published = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory.resolve("out"))) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                Path batch = directory.resolve("out").relativize(file).getName(0);
                if (!batch.toString().startsWith(".")) {
                    published
                            .computeIfAbsent(batch.toString(), name -> new ArrayList<>())
                            .addAll(Files.readAllLines(file));
                }
            }
        }
        return published;
    }

    private void mustHaveEachLineOnce() throws IOException {
        assertThat(published())
                .isEqualTo(Map.of(
                        "batch-1000", List.of("a", "b"),
                        "batch-2000", List.of("c", "d"),
                        "batch-3000", List.of("e", "f")));
        assertThat(table.rows()).containsExactly("a", "b", "c", "d", "e", "f");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4}) // the outputs of the second batch
    void shouldDiscardNothingThatItsSuccessorHasStaged(int output) throws IOException {
        asleepAt(CrashPoint.OUTPUT_CHECKED, output, () -> takeOver(1, CrashPoint.DECIDED));
        assertThatThrownBy(() -> run(2)).hasMessageContaining(FENCED);
        run(1);
        mustHaveEachLineOnce();
    }

    /** It told only that a block could not be read, and the operator looked for a damaged disk. */
    @Test
    void shouldSayThatItWasTakenOverWhenItFailsAtWhatItsSuccessorHasDeleted() throws IOException {
        asleepAt(
                CrashPoint.OUTPUT_CHECKED,
                4,
                () -> { // the last output of the second batch
                    takeOver(1, null);
                    throw new UncheckedIOException(
                            "a received block cannot be read: wal/1", new NoSuchFileException("wal/1"));
                });
        assertThatThrownBy(() -> run(2))
                .hasMessageMatching("batch 2000 ms failed: the checkpoint " + checkpoint()
                        + " was taken over by process \\S+ on host .* since .*; this program decides and publishes nothing"
                        + " any more: stop it, or take the checkpoint back")
                .cause()
                .isInstanceOf(CheckpointException.class)
                .satisfies(fenced -> assertThat(fenced.getSuppressed())
                        .hasOnlyOneElementSatisfying(
                                failure -> assertThat(failure).hasRootCauseInstanceOf(NoSuchFileException.class)));
        mustHaveEachLineOnce();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4}) // two outputs of two batches, the later batch first
    void shouldTakeBackNothingThatItsSuccessorHasPublished(int output) throws IOException {
        run(3);
        CheckpointRollback.carryOut(checkpoint(), new BatchTime(1000));
        asleepAt(CrashPoint.ROLLBACK_CHECKED, output, () -> takeOver(0, null));
        assertThatThrownBy(() -> run(0)).hasMessageContaining(FENCED);
        run(0);
        mustHaveEachLineOnce();
    }
}
