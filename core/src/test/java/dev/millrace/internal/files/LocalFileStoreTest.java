/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFileStoreTest {
    @TempDir
    private Path directory;

    @Test
    void shouldNotTakeWhatCannotBeLookedAtForEmpty() throws IOException {
        FileStore store = new LocalFileStore(directory);
        Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop")); // it cannot be reached, whoever asks
        Files.createFile(directory.resolve("file"));

        assertThat(store.list("missing")).isEmpty();
        assertThat(store.list("missing/below")).isEmpty();
        assertThat(store.list("file")).isEmpty();
        assertThat(store.list("file/below")).isEmpty();
        assertThatThrownBy(() -> store.list("loop")).isInstanceOf(FileSystemException.class);
    }

    /** A lock of the same process that this class does not know is one of the same class in another loader. */
    @Test
    void shouldFindALockThatAnotherClassLoaderHas() throws IOException {
        FileStore store = new LocalFileStore(directory);
        try (FileChannel others =
                FileChannel.open(directory.resolve("name"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FileLock held = others.lock();
            assertThat(store.tryLock("name")).isNull();
            assertThat(store.tryLock("name")).isNull();
            held.release();
            FileStore.Lock lock = store.tryLock("name");
            assertThat(lock).isNotNull();
            assertThat(store.tryLock("name")).isNull();
            lock.close();
        }
    }

    @Test
    void shouldNameTheFileThatCannotBeWritten(@TempDir Path root) throws IOException {
        FileStore.Appender closed = new LocalFileStore(root).create("some/file");
        closed.close();
        assertThatThrownBy(() -> closed.append(new byte[] {1}))
                .isInstanceOf(IOException.class)
                .hasMessage(root.resolve("some/file") + ": Stream Closed");
        assertThatThrownBy(closed::sync).isInstanceOf(IOException.class).hasMessageContaining("some/file");
    }
}
