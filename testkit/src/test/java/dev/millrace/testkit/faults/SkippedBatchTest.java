/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.checkpoint.KeptInput;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.CheckpointSkip;
import dev.millrace.streaming.CheckpointVerification;
import dev.millrace.testkit.FaultyFileStore;
import dev.millrace.testkit.FileFault;
import dev.millrace.testkit.FileOperation;
import java.util.Map;
import java.util.function.LongFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A batch that is skipped by a command which dies before any of its operations on the disk. */
@Timeout(300)
@ExtendWith(QuietLog.class)
class SkippedBatchTest {
    private static final BatchTime SKIPPED = new BatchTime(6000);

    private Scene failed = Scene.empty();
    private Map<String, String> withoutTheBatch = Map.of();
    private long operations;

    @BeforeEach
    void failOneBatch() {
        failed = Scene.empty();
        failed.fail(6);
        assertThat(Checkpoint.read(failed.disk()).plans()).containsOnlyKeys(SKIPPED);
        assertThat(failed.sink().staged()).isNotEmpty();
        Scene scene = failed.copy();
        long before = scene.disk().operations();
        CheckpointSkip.carryOut(scene.disk(), SKIPPED, "it can never run");
        operations = scene.disk().operations() - before;
        scene.run(Scene.BATCHES);
        withoutTheBatch = scene.sink().visible();
        assertThat(withoutTheBatch.keySet())
                .noneMatch(part -> part.contains("6000"))
                .anyMatch(part -> part.contains("5000"))
                .anyMatch(part -> part.contains("7000"));
        assertThat(scene.sink().staged()).isEmpty();
        assertThat(scene.sink().broken()).isEmpty();
    }

    /** Returns whether the batch was skipped by a command that died before its nth operation. */
    private boolean dies(long nth, LongFunction<FaultyFileStore> disk, Scene scene) {
        scene.disk().powerFailsAt(nth);
        assertThatThrownBy(() -> CheckpointSkip.carryOut(scene.disk(), SKIPPED, "it can never run"))
                .as("died at operation %s", nth)
                .isInstanceOf(CheckpointException.class);
        Scene after = new Scene(disk.apply(nth), scene.sink(), scene.tens());
        String what = "died at operation " + nth;
        assertThat(CheckpointVerification.of(after.disk()).isRight()).as(what).isTrue();
        boolean skipped = Checkpoint.read(after.disk()).skipped().containsKey(SKIPPED);
        if (!skipped) {
            CheckpointSkip.carryOut(after.disk(), SKIPPED, "it can never run");
        }
        assertThat(KeptInput.has(after.disk(), SKIPPED)).as(what).isTrue();
        assertThat(Checkpoint.readBefore(KeptInput.before(after.disk(), SKIPPED), SKIPPED)
                        .plans())
                .as(what)
                .containsOnlyKeys(SKIPPED);
        after.run(Scene.BATCHES);
        assertThat(after.sink().visible()).as(what).isEqualTo(withoutTheBatch);
        assertThat(after.sink().staged()).as(what).isEmpty();
        assertThat(after.sink().broken()).as(what).isEmpty();
        return skipped;
    }

    @Test
    void shouldBeSkippedOrNotWhereverTheCommandDies() {
        int skipped = 0;
        for (long nth = 1; nth <= operations; nth++) {
            Scene scene = failed.copy();
            skipped += dies(nth, n -> scene.disk().afterKill(), scene) ? 1 : 0;
        }
        assertThat(skipped).isBetween(1, (int) operations / 2);
    }

    @Test
    void shouldBeSkippedOrNotWheneverThePowerFails() {
        for (long nth = 1; nth <= operations; nth++) {
            Scene scene = failed.copy();
            dies(nth, scene.disk()::afterPowerFailure, scene);
        }
    }

    @Test
    void shouldLeaveNothingOnADiskThatIsFull() {
        Scene scene = failed.copy();
        scene.disk().fault(FileFault.full(FileOperation.APPEND, "skipped/", 5));
        assertThatThrownBy(() -> CheckpointSkip.carryOut(scene.disk(), SKIPPED, ""))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "batch 6000 ms of the checkpoint memory cannot be skipped: java.io.IOException: No space left on"
                                + " device; check the path, its rights and the free space");
        scene.disk().noFault();
        assertThat(scene.disk().files()).noneMatch(path -> path.startsWith("skipped/"));
        CheckpointSkip.carryOut(scene.disk(), SKIPPED, "");
        scene.run(Scene.BATCHES);
        assertThat(scene.sink().visible()).isEqualTo(withoutTheBatch);
    }
}
