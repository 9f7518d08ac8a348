/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.CapturedLog;
import dev.millrace.error.CheckpointException;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.state.StateEntry;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a checkpoint are damaged while its program runs. */
class DamageWhileRunningTest {
    private static final ValueCodec CODEC = ValueCodec.builtIn();
    private static final int KEYS = 400;

    @TempDir
    private Path directory;

    private int batches;

    private Checkpoint opened(Path at, int retained) throws IOException {
        Checkpoint checkpoint = Checkpoint.open(new LocalFileStore(at), new Checkpoint.Keeping(2_000, retained), false);
        checkpoint.compactAtOnce();
        checkpoint.begin(new BatchTime(0), 1000, false, List.of());
        return checkpoint;
    }

    /** Changes all keys, so much that all runs are merged, or few, in the second and third batch. */
    private void batch(Checkpoint checkpoint) throws IOException {
        BatchTime time = new BatchTime(1000L * ++batches);
        int keys = batches == 2 || batches == 3 ? KEYS / 10 : KEYS;
        ChangeBlock block = new ChangeBlock(CODEC);
        for (int key = 0; key < keys; key++) {
            block.put("key-" + key, "value ".repeat(10) + batches);
        }
        checkpoint.plan(time, Map.of(), List.of());
        checkpoint.decide(time, Map.of("a", List.of(StepChanges.of(List.of(block.toBytes())))), Map.of());
        checkpoint.commit(time);
    }

    private List<StateEntry> undamaged() throws IOException {
        Path other = Files.createTempDirectory(directory, "undamaged");
        int all = batches;
        batches = 0;
        try (Checkpoint checkpoint = opened(other, 0)) {
            while (batches < all) {
                batch(checkpoint);
            }
        }
        return contents(other);
    }

    private static List<StateEntry> contents(Path at) {
        return Checkpoint.read(new LocalFileStore(at)).step("a", CODEC).stream().toList();
    }

    private static Path newestRun(Path at) throws IOException {
        try (Stream<Path> runs = Files.list(at.resolve("runs"))) {
            return runs.max(Path::compareTo).orElseThrow();
        }
    }

    @Test
    void shouldSayWhatToDoWhenNoOlderSnapshotStandsInAndGoOnWhenThatIsDone() throws IOException {
        Path at = directory.resolve("checkpoint");
        try (Checkpoint checkpoint = opened(at, 0);
                CapturedLog log = new CapturedLog("dev.millrace.streaming.checkpoint")) {
            batch(checkpoint);
            Path run = newestRun(at);
            batch(checkpoint);
            batch(checkpoint);
            assertThat(log.lines()).isEmpty();
            byte[] whole = Files.readAllBytes(run);
            long seed = System.nanoTime();
            System.out.println("seed " + seed);
            byte[] damaged = whole.clone();
            damaged[new Random(seed).nextInt(whole.length)] ^= 1;
            Files.write(run, damaged);
            batch(checkpoint);
            assertThat(log.lines())
                    .last()
                    .asString()
                    .startsWith("SEVERE the checkpoint is damaged, and no older snapshot stands in: the file " + at
                            + "/runs/" + run.getFileName() + " ")
                    .endsWith(
                            ". The running program has all its data and goes on, but its next start will be refused, and its"
                                    + " journals grow until then. Before it stops, put the named file back from a backup, as it was;"
                                    + " the next fold takes it. 'millrace checkpoint verify' names what else is damaged");
            assertThatThrownBy(() -> contents(at)).isInstanceOf(CheckpointException.class);
            int told = log.lines().size();
            Files.write(run, whole);
            batch(checkpoint);
            assertThat(log.lines()).hasSize(told);
            assertThat(newestRun(at)).isNotEqualTo(run);
        }
        assertThat(contents(at)).isEqualTo(undamaged());
    }

    @Test
    void shouldBuildOnAnOlderSnapshotInTheSameFold() throws IOException {
        Path at = directory.resolve("checkpoint");
        try (Checkpoint checkpoint = opened(at, 10);
                CapturedLog log = new CapturedLog("dev.millrace.streaming.checkpoint")) {
            batch(checkpoint);
            batch(checkpoint);
            batch(checkpoint);
            batch(checkpoint); // merges all
            Path run = newestRun(at);
            byte[] damaged = Files.readAllBytes(run);
            damaged[damaged.length / 2] ^= 1;
            Files.write(run, damaged);
            batch(checkpoint);
            assertThat(log.lines()).hasSize(1);
            assertThat(log.lines().get(0)).startsWith("WARNING snapshot ");
            assertThat(newestRun(at)).isNotEqualTo(run);
        }
        assertThat(Arrays.asList(contents(at))).isEqualTo(Arrays.asList(undamaged()));
    }
}
