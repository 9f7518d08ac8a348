/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.crash.CrashPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots that do not read as they were written. */
class DamagedSnapshotTest {
    private static final int BATCHES = 16;

    @TempDir
    private static Path root;

    private static Scene scene;

    @BeforeAll
    static void runUninterrupted() throws Exception {
        scene = Scene.slice(BATCHES, root);
    }

    @Test
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenTheNewestSnapshotIsDamaged() throws Exception {
        CrashRun run = scene.run().dying(new Death.At(CrashPoint.JOURNAL_RETIRED, 2));
        List<Path> snapshots = snapshots(run);
        assertThat(snapshots).hasSizeGreaterThanOrEqualTo(2);
        flipLastByte(snapshots.get(snapshots.size() - 1));

        run.finish().mustEqual(scene.uninterrupted());
    }

    @Test
    @Tag("crash")
    void shouldRefuseToStartWhenEverySnapshotIsDamaged() throws Exception {
        CrashRun run = scene.run().dying(new Death.At(CrashPoint.JOURNAL_RETIRED, 2));
        Path runs = run.work().checkpoint().resolve("runs");
        for (Path file : files(runs)) {
            flipLastByte(file);
        }

        assertThat(run.attempt(new Death.None()).exit()).isEqualTo(1);
        assertThat(run.errors()).contains("CheckpointException: the file " + runs + "/", " is damaged at byte ");
    }

    private static List<Path> snapshots(CrashRun run) throws IOException {
        return files(run.work().checkpoint().resolve("snapshots"));
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(path -> path.getFileName().toString().matches("[\\d-]+"))
                    .sorted()
                    .toList();
        }
    }

    private static void flipLastByte(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
    }
}
