/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.crash.CrashPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests which checkpoint a restored one is, and who may use it. */
class RestoredBackupTest {
    private static final CheckpointBackup.Files LINKED = CheckpointBackup.Files.LINKED;

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
        return CheckpointBackup.take(program.checkpoint(), backups, LINKED);
    }

    private SortedMap<String, List<String>> reference(int batches) throws IOException {
        return new BackedUpProgram(directory.resolve("reference"))
                .runUntil(batches)
                .published();
    }

    @Test
    void shouldLetNobodyUseABackupItself() throws IOException {
        program.runUntil(3);
        Path backup = take().path();
        String refusal =
                "the directory " + backup + " is a backup of a checkpoint, which a program would change; restore it"
                        + " into a directory of its own: millrace checkpoint restore " + backup + " DIR";
        BackedUpProgram there = new BackedUpProgram(directory.resolve("there"));
        Files.createDirectories(directory.resolve("there"));
        Files.createSymbolicLink(there.checkpoint(), backup);
        assertThatThrownBy(() -> there.runUntil(4))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        refusal.replace(backup.toString(), there.checkpoint().toString()));
        try (StreamingContext context = there.context(new BackedUpProgram.Run[1])) {
            assertThat(UpgradePlan.of(context).starts())
                    .as("a rehearsal only reads")
                    .isTrue();
        }
        assertThatThrownBy(() -> CheckpointRollback.carryOut(backup, new BatchTime(2000)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(refusal);
        assertThat(CheckpointVerification.of(backup).isRight()).isTrue();
    }

    @Test
    void shouldRestoreOverNothing() throws IOException {
        program.runUntil(3);
        CheckpointBackup backup = take();
        assertThatThrownBy(() -> CheckpointBackup.restore(backups, program.checkpoint(), LINKED))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(program.checkpoint()
                        + " is not empty, and nothing is restored over what is there; stop the program"
                        + " that uses it, move it away, and restore again, or name another directory");
        Path nothing = directory.resolve("nothing");
        assertThatThrownBy(() -> CheckpointBackup.restore(nothing, directory.resolve("restored"), LINKED))
                .hasMessage(nothing
                        + " is no backup, nor a directory of backups; name what 'millrace checkpoint backup' has"
                        + " made");
        assertThatThrownBy(() -> CheckpointBackup.restore(backups, backups.resolve("state"), LINKED))
                .hasMessage(backups.resolve("state") + " is in " + backups
                        + ", where only backups are; name a directory elsewhere");
        Path empty = Files.createDirectory(directory.resolve("empty"));
        Files.createDirectories(directory.resolve("empty.restoring/checkpoint/journal")); // somebody was killed
        CheckpointBackup.restore(backup.path(), empty, CheckpointBackup.Files.COPIED);
        assertThat(directory.resolve("empty.restoring")).doesNotExist();
        assertThat(CheckpointVerification.of(empty).isRight()).isTrue();
        assertThat(CheckpointInfo.read(empty).id()).isEqualTo(backup.checkpointId());
    }

    @Test
    void shouldRefuseASecondOneBesideAProgramThatRuns() throws IOException {
        Path restored = directory.resolve("restored");
        try (BackedUpProgram.Run run = program.start()) {
            run.until(3);
            CheckpointBackup backup = take();
            assertThatThrownBy(() -> CheckpointBackup.restore(backups, restored, LINKED))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageMatching(
                            "the checkpoint " + backup.checkpointId() + " is in use in " + program.checkpoint()
                                    + " by the context \"millrace\" of this process since [0-9TZ:.-]+, and two programs with one checkpoint would"
                                    + " publish the same batches into the same outputs; stop it first, or restore as another"
                                    + " checkpoint, for a copy beside it: --as-new-checkpoint");
            assertThat(restored).doesNotExist();
        }
        CheckpointBackup.restore(backups, restored, LINKED);
    }

    /** Its directory was moved away while it slept; the restored one stands in its place. */
    @Test
    void shouldStopAProgramThatComesBackToItsRestoredDirectory() throws IOException {
        BackedUpProgram.Run asleep = program.start();
        asleep.until(3);
        take();
        asleep.batches(1);
        Files.move(program.checkpoint(), directory.resolve("moved"));
        CheckpointBackup.restore(backups, program.checkpoint(), LINKED);
        assertThatThrownBy(asleep::batch)
                .hasStackTraceContaining("the checkpoint " + program.checkpoint() + " was taken over by process "
                        + ProcessHandle.current().pid());
        asleep.close();
        SortedMap<String, List<String>> expected = reference(6);
        program.runUntil(6, "millrace.streaming.checkpoint.retractPublished", "4000");
        assertThat(program.published()).isEqualTo(expected);
    }

    /** The original has still to take back what a roll back undoes; the other checkpoint has nothing to take back. */
    @Test
    void shouldRollBackAfterItIsRestored() throws IOException {
        SortedMap<String, List<String>> expected = reference(8);
        program.runUntil(6, "millrace.streaming.checkpoint.retainedBatches", "10");
        CheckpointRollback.carryOut(program.checkpoint(), new BatchTime(4000));
        take();
        BackedUpProgram.delete(program.checkpoint());
        CheckpointBackup.restore(backups, program.checkpoint(), LINKED);
        assertThat(CheckpointVerification.of(program.checkpoint()).start())
                .isEqualTo("go on after batch 4000 ms; batches to take back: 2, to publish: 0, to run again: 2");
        BackedUpProgram staging = new BackedUpProgram(directory.resolve("staging"));
        CheckpointBackup.restoreAsNew(backups, staging.checkpoint());
        assertThat(CheckpointVerification.of(staging.checkpoint()).start())
                .isEqualTo("go on after batch 4000 ms; batches to take back: 0, to publish: 0, to run again: 2");
        assertThat(staging.runUntil(7).published())
                .isEqualTo(BackedUpProgram.until(BackedUpProgram.after(expected, 4000), 7000));
        assertThat(program.runUntil(8).published()).isEqualTo(expected);
    }

    /** Production has decided a batch, and has published half of it: that is its own affair. */
    @Test
    void shouldMakeAnotherCheckpointThatPublishesNothingOfTheFirst() throws IOException {
        SortedMap<String, List<String>> expected = reference(8);
        int[] reached = new int[1];
        CrashPoint.observe(point -> {
            if (point == CrashPoint.DECIDED && ++reached[0] == 4) {
                take();
            }
        });
        try (BackedUpProgram.Run production = program.start()) {
            production.until(5);
            CrashPoint.observe(point -> {});
            BackedUpProgram staging = new BackedUpProgram(directory.resolve("staging"));
            CheckpointBackup.Restored restored = CheckpointBackup.restoreAsNew(backups, staging.checkpoint());
            assertThat(restored.lastDecided()).isEqualTo(new BatchTime(4000));
            assertThat(restored.checkpointId())
                    .isNotEqualTo(CheckpointInfo.read(program.checkpoint()).id())
                    .isEqualTo(CheckpointInfo.read(staging.checkpoint()).id());
            assertThat(CheckpointVerification.of(staging.checkpoint()))
                    .matches(CheckpointVerification::isRight, "is right");
            staging.runUntil(6);
            staging.runUntil(7);
            production.until(8);
            assertThat(program.published()).isEqualTo(expected);
            assertThat(staging.published())
                    .isEqualTo(BackedUpProgram.until(BackedUpProgram.after(expected, 4000), 7000));
        }
    }
}
