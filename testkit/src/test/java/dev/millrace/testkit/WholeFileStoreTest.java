/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.spi.FileStore;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A store that cannot append keeps to the contract; a file is there with its first sync, or not at all. */
class WholeFileStoreTest extends FileStoreContract {
    private final FaultyFileStore store = FaultyFileStore.withoutAppend();

    @Override
    protected FileStore store() {
        return store;
    }

    @Test
    void shouldLoseAFileThatWasNotSyncedWithTheProcess() throws IOException {
        try (FileStore.Appender file = store.create("a")) {
            file.append(new byte[10]);
        }
        assertThat(store.files()).isEmpty();
        assertThat(store.afterKill().canAppend()).isFalse();
    }

    @Test
    void shouldKeepAFileThatWasSynced() throws IOException {
        try (FileStore.Appender file = store.create("a")) {
            file.append(new byte[10]);
            file.sync();
            assertThatThrownBy(() -> file.append(new byte[1])).hasMessage("a is there, and this store cannot append");
        }
        assertThat(store.afterPowerFailure(1).read("a")).hasSize(10);
    }

    @Test
    void shouldPerhapsHaveMadeAFileWhoseSyncHasFailed() throws IOException {
        int made = 0;
        for (int i = 0; i < 4; i++) {
            String path = "a" + i;
            store.fault(FileFault.failing(FileOperation.SYNC, path, 1));
            for (int other = 0; other < i; other++) {
                store.list("");
            }
            try (FileStore.Appender file = store.create(path)) {
                file.append(new byte[10]);
                assertThatThrownBy(file::sync).hasMessageContaining("injected failure");
            }
            made += store.files().contains(path) ? 1 : 0;
        }
        assertThat(made).isBetween(1, 3);
    }

    @Test
    void shouldMakeNothingWhenTheStoreIsFull() throws IOException {
        store.room(5);
        try (FileStore.Appender file = store.create("a")) {
            file.append(new byte[10]);
            assertThatThrownBy(file::sync).hasMessage("No space left on device");
        }
        assertThat(store.files()).isEmpty();
    }
}
