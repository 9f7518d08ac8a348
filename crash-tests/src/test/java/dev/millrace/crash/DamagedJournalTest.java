/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.crash.CrashPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Journals of a machine that has died itself: a cut-off end is forgiven, anything else is refused. */
class DamagedJournalTest {
    private static final int BATCHES = 12;
    private static final int STRIDE = 7; // prime, so that in time it meets every field of a frame

    @TempDir
    private static Path root;

    private static Scene scene;

    @BeforeAll
    static void runUninterrupted() throws Exception {
        scene = Scene.slice(BATCHES, root);
    }

    @ParameterizedTest
    @CsvSource({"PLAN_WRITTEN, 1", "PLAN_WRITTEN, 40", "COMMITTED, 1", "COMMITTED, 12"})
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenTheLastRecordIsCutOff(CrashPoint point, int bytes) throws Exception {
        CrashRun run = scene.run().dying(new Death.At(point, 7));
        Path journal = run.work().lastJournal();
        byte[] whole = Files.readAllBytes(journal);
        Files.write(journal, Arrays.copyOf(whole, whole.length - bytes));

        run.finish().mustEqual(scene.uninterrupted());
    }

    @Test
    @Tag("crash")
    void shouldOpenWhereverTheLastJournalIsCutOff() throws Exception {
        CrashRun run = scene.run().dying(new Death.At(CrashPoint.DECIDED, 3));
        Path journal = run.work().lastJournal();
        byte[] whole = Files.readAllBytes(journal);
        for (int length = 0; length <= whole.length; length += STRIDE) {
            Files.write(journal, Arrays.copyOf(whole, length));
            assertThat(CheckpointText.of(run.work().checkpoint())).isNotEmpty();
        }
    }

    @Test
    @Tag("crash")
    void shouldNameFileAndByteWhenAByteIsFlipped() throws Exception {
        CrashRun run = scene.run().dying(new Death.At(CrashPoint.DECIDED, 3));
        Path journal = run.work().lastJournal();
        byte[] whole = Files.readAllBytes(journal);
        for (int at = 0; at < whole.length; at += STRIDE) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            Files.write(journal, damaged);
            assertThatThrownBy(() -> CheckpointText.of(run.work().checkpoint()))
                    .as("byte %s of %s", at, whole.length)
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining(journal.getFileName().toString())
                    .hasMessageMatching("(?s).*damaged at byte \\d+.*");
        }
    }

    @Test
    @Tag("crash")
    void shouldRefuseToStartAndStartAgainWhenAFlippedByteIsMended() throws Exception {
        CrashRun run = scene.run().dying(new Death.At(CrashPoint.DECIDED, 7));
        Path journal = run.work().lastJournal();
        byte[] whole = Files.readAllBytes(journal);
        byte[] damaged = whole.clone();
        damaged[whole.length / 2] ^= 1;
        Files.write(journal, damaged);

        assertThat(run.attempt(new Death.None()).exit()).isEqualTo(1);
        assertThat(run.errors())
                .contains("CheckpointException: the file " + journal.toRealPath() + " is damaged at byte ")
                .contains(
                        "restore the whole directory from a backup (a start then tells what its outputs have published since), or start with a new directory");

        Files.write(journal, whole);
        run.finish().mustEqual(scene.uninterrupted());
    }
}
