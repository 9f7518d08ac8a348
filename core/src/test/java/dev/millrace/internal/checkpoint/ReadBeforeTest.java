/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadBeforeTest {
    @TempDir
    Path directory;

    @BeforeEach
    void runThreeBatches() throws IOException {
        try (Checkpoint checkpoint =
                Checkpoint.open(new LocalFileStore(directory), new Checkpoint.Keeping(1 << 20, 0), false)) {
            checkpoint.begin(new BatchTime(0), 1000, false, List.of());
            for (long time = 1000; time <= 3000; time += 1000) {
                BatchTime batch = new BatchTime(time);
                InputSlice slice = new InputSlice(1, "one", List.of(time), Map.of("next", time));
                checkpoint.plan(batch, Map.of("in", slice), List.of());
                checkpoint.decide(batch, Map.of(), Map.of());
                checkpoint.commit(batch);
            }
        }
    }

    @Test
    void shouldTellWhatWasDecidedBeforeABatch() {
        CheckpointContents before = Checkpoint.readBefore(new LocalFileStore(directory), new BatchTime(2000));

        assertThat(before.lastDecided()).isEqualTo(new BatchTime(1000));
        assertThat(before.plans()).containsOnlyKeys(new BatchTime(2000), new BatchTime(3000));
        assertThat(before.plans().get(new BatchTime(2000)).get("in").content()).isEqualTo(List.of(2000L));
    }

    @Test
    void shouldRefuseABatchThatNeverWas() {
        assertThatThrownBy(() -> Checkpoint.readBefore(new LocalFileStore(directory), new BatchTime(1500)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "the checkpoint " + directory
                                + " has no batch 1500 ms, or does not keep it any more; name one that 'millrace checkpoint show' says is kept");
    }
}
