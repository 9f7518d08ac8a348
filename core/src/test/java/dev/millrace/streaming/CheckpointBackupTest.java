/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.checkpoint.ForwardingStore;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointBackupTest {
    private static final String RETRACT = "millrace.streaming.checkpoint.retractPublished";

    @TempDir
    Path directory;

    private BackedUpProgram program;
    private Path backups;

    @BeforeEach
    void placeProgram() {
        program = new BackedUpProgram(directory.resolve("home"));
        backups = directory.resolve("backups");
    }

    @AfterEach
    void observeNoMore() {
        CrashPoint.observe(point -> {});
    }

    private CheckpointBackup take() {
        return CheckpointBackup.take(program.checkpoint(), backups, CheckpointBackup.Files.LINKED);
    }

    private Map<String, List<String>> reference(int batches) throws IOException {
        return new BackedUpProgram(directory.resolve("reference"))
                .runUntil(batches)
                .published();
    }

    private static Map<String, String> files(Path root) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(file).toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return files;
    }

    private static long batch(CheckpointBackup backup) {
        return backup.lastDecided() == null ? 0 : backup.lastDecided().milliseconds();
    }

    @Test
    void shouldGoOnFromABackupWhoseOriginalIsGone() throws IOException {
        Map<String, List<String>> expected = reference(9);
        program.runUntil(4);
        CheckpointBackup backup = take();
        assertThat(backup.path()).isEqualTo(backups.resolve("backup-1"));
        assertThat(backup.lastDecided()).isEqualTo(new BatchTime(4000));
        assertThat(CheckpointInfo.read(backup.path()).lastDecided()).isEqualTo(new BatchTime(4000));
        program.runUntil(7);
        BackedUpProgram.delete(program.checkpoint());

        CheckpointBackup.Restored restored =
                CheckpointBackup.restore(backups, program.checkpoint(), CheckpointBackup.Files.LINKED);
        assertThat(restored)
                .isEqualTo(new CheckpointBackup.Restored(backup.path(), backup.checkpointId(), new BatchTime(4000)));
        assertThatThrownBy(() -> program.runUntil(8))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("has published batch 7000 ms, and the checkpoint does not know of it: its last"
                        + " decided batch is 4000 ms.");
        program.runUntil(9, RETRACT, "7000");
        assertThat(program.published()).isEqualTo(expected);
        assertThat(CheckpointVerification.of(backup.path()).isRight()).isTrue();
    }

    private void backUpAt(CrashPoint point, int occurrence, Map<String, List<String>> expected) throws IOException {
        String name = point + "-" + occurrence;
        program = new BackedUpProgram(directory.resolve(name));
        backups = directory.resolve("backups-" + name);
        AtomicInteger reached = new AtomicInteger();
        AtomicReference<@Nullable CheckpointBackup> made = new AtomicReference<>();
        CrashPoint.observe(found -> {
            if (found == point && reached.incrementAndGet() == occurrence) {
                made.set(take());
            }
        });
        program.runUntil(10);
        CrashPoint.observe(found -> {});
        CheckpointBackup backup = made.get();
        assertThat(backup).as(name).isNotNull();
        BackedUpProgram.delete(program.checkpoint());
        CheckpointBackup.restore(backup.path(), program.checkpoint(), CheckpointBackup.Files.LINKED);
        program.runUntil(11, RETRACT, "10000");
        assertThat(program.published()).as("%s: from %s", name, backup).isEqualTo(expected);
    }

    /** Each time it finds the program in another moment of a batch, also of one that folds. */
    @Test
    @Tag("full")
    void shouldBeWholeWhereverTheProgramIs() throws IOException {
        Map<String, List<String>> expected = reference(11);
        for (CrashPoint point : List.of(
                CrashPoint.WAL_SYNCED,
                CrashPoint.PLAN_WRITTEN,
                CrashPoint.STEPS_RUN,
                CrashPoint.PART_STAGED,
                CrashPoint.DECIDED,
                CrashPoint.PART_PUBLISHED,
                CrashPoint.TRANSACTION_COMMITTED,
                CrashPoint.RECEIPT_WRITTEN,
                CrashPoint.COMMITTED,
                CrashPoint.JOURNAL_ROLLED,
                CrashPoint.RUN_WRITTEN,
                CrashPoint.RUNS_MERGED,
                CrashPoint.SNAPSHOT_WRITTEN,
                CrashPoint.SNAPSHOT_VISIBLE,
                CrashPoint.JOURNAL_RETIRED,
                CrashPoint.RUN_RETIRED)) {
            backUpAt(point, 2, expected);
        }
    }

    /** A store whose reader is told of each call before it happens. */
    private static FileStore counting(Path root, IntConsumer each) {
        return new ForwardingStore(new LocalFileStore(root)) {
            private int calls;

            @Override
            public List<String> list(String directory) throws IOException {
                each.accept(calls++);
                return super.list(directory);
            }

            @Override
            public InputStream open(String path) throws IOException {
                each.accept(calls++);
                return super.open(path);
            }
        };
    }

    /** The program has a batch, and folds, at each moment of a backup. */
    @Test
    @Tag("full")
    void shouldBeWholeWhateverTheProgramDoesMeanwhile() throws IOException {
        int[] calls = new int[1];
        List<CheckpointBackup> made = new ArrayList<>();
        try (BackedUpProgram.Run run = program.start()) {
            run.batches(3);
            for (int step = 0; step <= calls[0] && step < 150; step++) {
                int at = step;
                int[] count = new int[1];
                made.add(CheckpointBackup.take(
                        counting(program.checkpoint(), call -> {
                            count[0]++;
                            if (call == at) {
                                run.batch();
                            }
                        }),
                        directory.resolve("backups-" + step)));
                calls[0] = Math.max(calls[0], count[0]);
            }
        }
        assertThat(made.size()).isGreaterThan(40);
        int last = 3 + made.size();
        Map<String, List<String>> expected = reference(last + 2);
        for (CheckpointBackup backup : made) {
            BackedUpProgram copy = new BackedUpProgram(
                    directory.resolve("copy-of-" + backup.path().getParent().getFileName()));
            CheckpointBackup.restore(backup.path(), copy.checkpoint(), CheckpointBackup.Files.LINKED);
            long from = batch(backup);
            copy.runUntil((int) (from / 1000) + 2);
            assertThat(BackedUpProgram.after(copy.published(), from))
                    .as("from %s", backup)
                    .isEqualTo(
                            BackedUpProgram.until(BackedUpProgram.after(new TreeMap<>(expected), from), from + 2000));
        }
    }
}
