/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.streaming.CheckpointBackup;
import dev.millrace.streaming.CheckpointVerification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process is backed up again and again while it runs, and killed; its directory is lost, and a backup takes its place. */
@Tag("crash")
class BackupKillTest {
    private static final int BATCHES = 24;

    private final long seed = Long.getLong("millrace.crash.seed", new Random().nextLong());

    @TempDir
    private Path root;

    /** Backs up without a pause until it is told to end. */
    private static final class Backups {
        private final Path checkpoint;
        private final Path to;
        private final AtomicBoolean ended = new AtomicBoolean();
        private final List<CheckpointBackup> made = new ArrayList<>();

        Backups(Path checkpoint, Path to) {
            this.checkpoint = checkpoint;
            this.to = to;
        }

        private void take() {
            made.add(CheckpointBackup.take(checkpoint, to, CheckpointBackup.Files.LINKED));
        }

        private void takeMany() {
            while (!ended.get()) {
                try {
                    take();
                } catch (CheckpointException e) {
                    assertThat(e).hasMessageStartingWith("there is nothing to back up in "); // it has hardly begun
                }
            }
        }

        /** Backs up while a process lives, and once when it is dead. */
        void during(CrashRun run, Death death) throws Exception {
            ended.set(false);
            CompletableFuture<Void> backing = CompletableFuture.runAsync(this::takeMany);
            try {
                run.dying(death);
            } finally {
                ended.set(true);
            }
            backing.join();
            take();
        }
    }

    private static long newestPublished(CrashRun run) {
        return run.work().published().keySet().stream()
                .mapToLong(file -> Long.parseLong(Workplace.batch(file).substring("batch-".length())))
                .max()
                .orElse(0);
    }

    @Test
    void shouldGiveWhatAnUninterruptedRunGivesAfterTheLossOfItsDirectory() throws Exception {
        System.out.println("millrace.crash.seed=" + seed);
        Random random = new Random(seed);
        try (Scene scene = Scene.slice(BATCHES, root)) {
            CrashRun run = scene.run().with("millrace.streaming.checkpoint.snapshotBytes", "1k");
            Backups backups = new Backups(run.work().checkpoint(), root.resolve("backups"));
            backups.during(run, new Death.Kill(scene.steps() / 3, random.nextInt(2_000_000)));
            List<CheckpointBackup> decided = backups.made.stream()
                    .filter(backup -> backup.lastDecided() != null)
                    .toList();
            CheckpointBackup chosen = decided.get(random.nextInt(decided.size()));
            backups.during(run, new Death.Kill(scene.steps() / 3, random.nextInt(2_000_000)));
            System.out.println(backups.made.size() + " backups, of which is restored " + chosen);
            for (CheckpointBackup backup : backups.made) {
                assertThat(CheckpointVerification.of(backup.path()).isRight())
                        .as("%s", backup)
                        .isTrue();
            }
            restore(run, chosen);
            Outcome outcome = run.finish();

            Outcome right = scene.uninterrupted();
            assertThat(outcome.story("counts")).isEqualTo(right.story("counts"));
            assertThat(outcome.story("totals")).isEqualTo(right.story("totals"));
            assertThat(outcome.published().keySet()).isEqualTo(right.published().keySet());
            assertThat(outcome.receipts()).isEqualTo(right.receipts());
            assertThat(outcome.finalState()).isEqualTo(right.finalState());
            assertThat(outcome.staged()).isEmpty();
        }
    }

    /** The next start is told of what was published since, and is refused until somebody says what is to become of it. */
    private static void restore(CrashRun run, CheckpointBackup backup) throws IOException, InterruptedException {
        new LocalFileStore(run.work().checkpoint()).delete("");
        CheckpointBackup.restore(backup.path(), run.work().checkpoint(), CheckpointBackup.Files.LINKED);
        long last = Objects.requireNonNull(backup.lastDecided()).milliseconds();
        long visible = newestPublished(run);
        assertThat(visible).isGreaterThan(last);
        assertThat(run.attempt(new Death.None()).exit()).isNotZero();
        long told = Pattern.compile("has published batch (\\d+) ms, and the checkpoint does not know of it: its last"
                        + " decided batch is " + last + " ms")
                .matcher(run.errors())
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .max()
                .orElseThrow(() -> new AssertionError(run.errors()));
        assertThat(told).as("with one of which the kill left the receipt alone").isBetween(visible, visible + 1000);
        run.with("millrace.streaming.checkpoint.retractPublished", Long.toString(told));
    }
}
