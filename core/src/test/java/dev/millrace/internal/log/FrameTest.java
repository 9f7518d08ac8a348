/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.receive.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cut-off append is tolerated; damage is not. */
class FrameTest {
    private static final int BEGIN = 8 + 16 + 40 + 20; // the magic word, and a header of no checkpoint

    @TempDir
    Path directory;

    private byte[] write() throws IOException {
        try (FrameWriter writer = new FrameWriter(new LocalFileStore(directory), "frames", CheckpointIdentity.NONE)) {
            writer.append("first".getBytes());
            writer.append("second".getBytes());
            writer.append(new byte[0]);
            writer.sync();
        }
        return Files.readAllBytes(directory.resolve("frames"));
    }

    private List<String> read(boolean mayBeTorn) throws IOException {
        List<String> payloads = new ArrayList<>();
        try (FrameReader reader =
                CheckpointFiles.ofNone(new LocalFileStore(directory)).read("frames", mayBeTorn)) {
            for (byte[] payload = reader.next(); payload != null; payload = reader.next()) {
                payloads.add(new String(payload));
            }
        }
        return payloads;
    }

    @Test
    void shouldGiveTheFramesBeforeEveryCut() throws IOException {
        byte[] whole = write();
        for (int length = 0; length <= whole.length; length++) {
            Files.write(directory.resolve("frames"), Arrays.copyOf(whole, length));
            int frames = length < BEGIN + 21 ? 0 : length < BEGIN + 21 + 22 ? 1 : length < whole.length ? 2 : 3;
            assertThat(read(true)).as("cut at %d", length).hasSize(frames);
        }
    }

    @Test
    void shouldRefuseACutWhereAFileIsCompleteByNature() throws IOException {
        byte[] whole = write();
        Files.write(directory.resolve("frames"), Arrays.copyOf(whole, whole.length - 1));
        assertThatThrownBy(() -> read(false))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "the file " + directory
                                + "/frames is damaged at byte " + (BEGIN + 43)
                                + ": the file ends in the middle of a frame;"
                                + " restore the whole directory from a backup (a start then tells what its outputs have published since), or start with a new directory");
    }

    @Test
    void shouldReportEveryFlippedByte() throws IOException {
        byte[] whole = write();
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 0x10;
            Files.write(directory.resolve("frames"), flipped);
            assertThatThrownBy(() -> read(true)).as("flipped at %d", i).isInstanceOf(CheckpointException.class);
        }
    }

    /** The driver loop appends plans while the batch thread syncs its decision. */
    @Test
    void shouldLetAFileBeSyncedWhileSomethingIsAppended() throws IOException {
        MemoryStore store = new MemoryStore();
        try (FrameWriter writer = new FrameWriter(store, "frames", CheckpointIdentity.NONE)) {
            store.disk = new MemoryStore.Disk() {
                @Override
                public int takes(int bytes) throws IOException {
                    writer.sync();
                    return bytes;
                }
            };
            writer.append("first".getBytes());
            writer.append("second".getBytes());
            assertThat(writer.isBroken()).isFalse();
            writer.sync();
        }
        try (FrameReader reader =
                CheckpointFiles.ofNone(store.afterPowerFailure()).read("frames", false)) {
            assertThat(reader.next()).isEqualTo("first".getBytes());
            assertThat(reader.next()).isEqualTo("second".getBytes());
        }
    }

    @Test
    void shouldTakeZeroesAtTheEndForAnAppendThatWasCutOff() throws IOException {
        byte[] whole = write();
        Files.write(directory.resolve("frames"), Arrays.copyOf(whole, whole.length + 4096));
        assertThat(read(true)).containsExactly("first", "second", "");
    }
}
