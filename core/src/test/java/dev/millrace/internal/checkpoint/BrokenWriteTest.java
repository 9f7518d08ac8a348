/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.internal.log.FrameWriter;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Once a write failed half way, nothing is written behind it. */
class BrokenWriteTest {
    /** A disk that takes a number of bytes and no more. */
    private static final class SmallDisk extends ForwardingStore {
        private long left;

        SmallDisk(FileStore real, long left) {
            super(real);
            this.left = left;
        }

        @Override
        public Appender create(String path) throws IOException {
            Appender file = super.create(path);
            return new Appender() {
                @Override
                public void append(byte[] bytes) throws IOException {
                    int fits = (int) Math.min(bytes.length, left);
                    file.append(Arrays.copyOf(bytes, fits));
                    left -= fits;
                    if (fits < bytes.length) {
                        throw new IOException("No space left on device");
                    }
                }

                @Override
                public void sync() throws IOException {
                    file.sync();
                }

                @Override
                public void close() throws IOException {
                    file.close();
                }
            };
        }
    }

    @Test
    void shouldWriteNothingBehindAFrameThatWasCutOff(@TempDir Path directory) throws IOException {
        SmallDisk disk = new SmallDisk(new LocalFileStore(directory), 8 + 76 + 21 + 5);
        try (FrameWriter writer = new FrameWriter(disk, "frames", CheckpointIdentity.NONE)) {
            writer.append("first".getBytes());
            assertThatThrownBy(() -> writer.append("second".getBytes())).hasMessage("No space left on device");
            disk.left = 1000;
            assertThatThrownBy(() -> writer.append("third".getBytes()))
                    .hasMessage(
                            "an earlier write of this file failed: No space left on device; mend the disk, or make room on it, and start the program again");
            assertThatThrownBy(writer::sync).isInstanceOf(IOException.class);
        }
        try (FrameReader reader = CheckpointFiles.ofNone(disk).read("frames", true)) {
            assertThat(reader.next()).isEqualTo("first".getBytes());
            assertThat(reader.next()).isNull();
        }
    }
}
