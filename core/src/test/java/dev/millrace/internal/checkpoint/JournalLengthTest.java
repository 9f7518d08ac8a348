/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FrameWriter;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that is followed by another has a known length: what is missing from it is noticed. */
class JournalLengthTest {
    @TempDir
    Path directory;

    private Checkpoint open() {
        return Checkpoint.open(new LocalFileStore(directory), new Checkpoint.Keeping(1 << 20, 0), false);
    }

    private void run(long time) throws IOException {
        try (Checkpoint checkpoint = open()) {
            checkpoint.begin(new BatchTime(0), 1000, false, List.of());
            checkpoint.plan(new BatchTime(time), Map.of(), List.of());
            checkpoint.decide(new BatchTime(time), Map.of(), Map.of());
            checkpoint.commit(new BatchTime(time));
        }
    }

    private void cut(long journal, int bytes) throws IOException {
        Path file = directory.resolve("journal/" + new EpochFile(journal, journal).name());
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - bytes));
    }

    @Test
    void shouldRefuseACutJournalThatAnotherFollows() throws IOException {
        run(1000);
        run(2000);
        cut(1, 30);
        assertThatThrownBy(this::open)
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("journal/0000000001-0000000001 is damaged at byte ")
                .hasMessageContaining(": the file ends in the middle of a frame; ");
    }

    /** Whole records are gone, so that only the length tells. */
    @Test
    void shouldRefuseAJournalThatHasLostRecordsWhenAnotherFollows() throws IOException {
        run(1000);
        Path file = directory.resolve("journal/" + new EpochFile(1, 1).name());
        long bytes = Files.size(file);
        run(2000);
        int commit = FrameWriter.OVERHEAD + new JournalRecord.Commit(1000).encode().length;
        cut(1, commit);
        assertThatThrownBy(this::open)
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("journal/0000000001-0000000001 is damaged at byte " + (bytes - commit)
                        + ": it had " + bytes + " bytes when the next file was begun; ");
    }

    @Test
    void shouldTolerateACutOfTheNewestJournalForEver() throws IOException {
        run(1000);
        cut(1, 3);
        run(2000);
        run(3000);
        try (Checkpoint checkpoint = open()) {
            assertThat(checkpoint.contents().lastTime()).isEqualTo(new BatchTime(3000));
        }
    }
}
