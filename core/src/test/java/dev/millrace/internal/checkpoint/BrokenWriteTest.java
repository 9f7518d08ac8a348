/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.frames.CheckpointFiles;
import dev.millrace.internal.frames.CheckpointIdentity;
import dev.millrace.internal.frames.FrameReader;
import dev.millrace.internal.frames.FrameWriter;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Once a write failed half way, nothing is written behind it. */
class BrokenWriteTest {
    /** A disk that takes a number of bytes and no more. */
    private record SmallDisk(FileStore real, long[] left) implements FileStore {
        @Override
        public Appender create(String path) throws IOException {
            Appender file = real.create(path);
            return new Appender() {
                @Override
                public void append(byte[] bytes) throws IOException {
                    int fits = (int) Math.min(bytes.length, left[0]);
                    file.append(Arrays.copyOf(bytes, fits));
                    left[0] -= fits;
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

        @Override
        public List<String> list(String directory) throws IOException {
            return real.list(directory);
        }

        @Override
        public InputStream open(String path) throws IOException {
            return real.open(path);
        }

        @Override
        public void rename(String from, String to) throws IOException {
            real.rename(from, to);
        }

        @Override
        public void delete(String path) throws IOException {
            real.delete(path);
        }

        @Override
        public @Nullable Lock tryLock(String path) throws IOException {
            return real.tryLock(path);
        }

        @Override
        public String location() {
            return real.location();
        }
    }

    @Test
    void shouldWriteNothingBehindAFrameThatWasCutOff(@TempDir Path directory) throws IOException {
        SmallDisk disk = new SmallDisk(new LocalFileStore(directory), new long[] {8 + 56 + 17 + 5});
        try (FrameWriter writer = new FrameWriter(disk, "frames", CheckpointIdentity.NONE)) {
            writer.append("first".getBytes());
            assertThatThrownBy(() -> writer.append("second".getBytes())).hasMessage("No space left on device");
            disk.left()[0] = 1000;
            assertThatThrownBy(() -> writer.append("third".getBytes()))
                    .hasMessage("an earlier write of this file failed");
            assertThatThrownBy(writer::sync).isInstanceOf(IOException.class);
        }
        try (FrameReader reader = CheckpointFiles.ofNone(disk).read("frames", true)) {
            assertThat(reader.next()).isEqualTo("first".getBytes());
            assertThat(reader.next()).isNull();
        }
    }
}
