/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Without faults it is a file store like another; and each fault is what it says. */
class FaultyFileStoreTest extends FileStoreContract {
    private static final int SEEDS = 200;

    private final FaultyFileStore disk = new FaultyFileStore();

    @Override
    protected FileStore store() {
        return disk;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private FileStore.Appender written(String path, String synced, String more) throws IOException {
        FileStore.Appender file = disk.create(path);
        file.append(bytes(synced));
        file.sync();
        file.append(bytes(more));
        return file;
    }

    /** All that a power failure may leave of a file, zeros for data that never came; "none" if that may be nothing at all. */
    private Set<String> possible(String path) {
        Set<String> left = new TreeSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            FaultyFileStore after = disk.afterPowerFailure(seed);
            left.add(after.files().contains(path) ? new String(after.read(path), StandardCharsets.UTF_8) : "none");
        }
        return left;
    }

    @Test
    void shouldLoseOnlyTheEndThatWasNotSynced() throws IOException {
        written("a", "one", "two");

        assertThat(possible("a")).containsExactlyInAnyOrder("one", "onet", "onetw", "onetwo", "one\0\0\0");
    }

    @Test
    void shouldPerhapsLoseAFileThatWasNeverSynced() throws IOException {
        disk.create("a").append(bytes("x"));

        assertThat(possible("a")).containsExactlyInAnyOrder("none", "", "x", "\0");
    }

    @Test
    void shouldPerhapsBringBackWhatWasDeletedUntilTheDirectoryIsSynced() throws IOException {
        written("d/a", "x", "");
        written("d/b", "y", "");
        disk.delete("d/a");
        assertThat(possible("d/a")).containsExactlyInAnyOrder("none", "x");
        assertThat(possible("d/b")).containsExactly("y");
    }

    @Test
    void shouldKeepADeletionWhenTheDirectoryWasSynced() throws IOException {
        written("d/a", "x", "");
        written("d/e/f", "y", "");
        disk.delete("d/a");
        disk.delete("d/e");
        disk.sync("d");
        assertThat(possible("d/a")).containsExactly("none");
        assertThat(possible("d/e/f")).containsExactly("none");
    }

    @Test
    void shouldRenameInOneStep() throws IOException {
        written("d/building/a", "x", "yz");
        disk.rename("d/building", "d/1");

        assertThat(possible("d/1/a")).containsExactlyInAnyOrder("x", "xy", "xyz", "x\0\0");
        assertThat(possible("d/building/a")).containsExactly("none");
    }

    @Test
    void shouldPerhapsLoseWhatAFailedSyncWasToWriteEvenIfALaterOneSucceeds() throws IOException {
        FileStore.Appender file = written("a", "one", "two");
        disk.fault(FileFault.failing(FileOperation.SYNC, "a", 1));
        assertThatThrownBy(file::sync).isInstanceOf(IOException.class).hasMessage("injected failure of SYNC 1 of a");
        file.append(bytes("six"));
        file.sync();

        assertThat(possible("a")).containsExactlyInAnyOrder("onetwosix", "one\0\0\0six");
    }

    @Test
    void shouldKeepEverythingWhenTheProcessAloneHasDied() throws IOException {
        written("a", "one", "two");
        FaultyFileStore after = disk.afterKill();

        assertThat(after.read("a")).isEqualTo(bytes("onetwo"));
        after.sync("a");
        assertThat(after.afterPowerFailure(1).read("a")).isEqualTo(bytes("onetwo"));
    }

    @Test
    void shouldTakeWhatFitsWhenFullAndGoOnWhenThereIsRoom() throws IOException {
        disk.room(5);
        FileStore.Appender file = disk.create("a");
        file.append(bytes("one"));
        assertThatThrownBy(() -> file.append(bytes("two")))
                .isInstanceOf(IOException.class)
                .hasMessage("No space left on device");
        assertThatThrownBy(() -> disk.create("b")).hasMessage("No space left on device");
        assertThatThrownBy(() -> disk.rename("a", "b")).hasMessage("No space left on device");
        disk.room(Long.MAX_VALUE);
        file.append(bytes("!"));

        assertThat(disk.read("a")).isEqualTo(bytes("onetw!"));
    }

    @Test
    void shouldLeaveHalfOfAnAppendThatFails() throws IOException {
        disk.fault(FileFault.full(FileOperation.APPEND, "", 2));
        FileStore.Appender file = disk.create("a");
        file.append(bytes("one "));
        assertThatThrownBy(() -> file.append(bytes("two "))).hasMessage("No space left on device");
        file.append(bytes("three"));

        assertThat(disk.read("a")).isEqualTo(bytes("one twthree"));
    }

    @Test
    void shouldDoNothingOnceThePowerHasFailed() throws IOException {
        FileStore.Appender file = disk.create("a");
        disk.powerFailsAt(2);
        file.append(bytes("one"));
        assertThat(disk.isDead()).isFalse();
        assertThatThrownBy(() -> file.append(bytes("two"))).hasMessage("the power has failed");
        assertThatThrownBy(file::sync).hasMessage("the power has failed");
        assertThatThrownBy(() -> disk.list("")).hasMessage("the power has failed");

        assertThat(disk.isDead()).isTrue();
        assertThat(disk.read("a")).isEqualTo(bytes("one"));
    }

    @Test
    void shouldChooseTheSameWhenTheSeedIsTheSame() throws IOException {
        written("a", "one", "0123456789".repeat(100));
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(disk.afterPowerFailure(seed).read("a"))
                    .isEqualTo(disk.afterPowerFailure(seed).read("a"));
        }
    }

    @Test
    void shouldFailAtRandomAndTellTheSeed() {
        disk.fault(FileFault.random(7, 0.5, FileOperation.LIST));
        int failed = 0;
        for (int i = 0; i < 100; i++) {
            try {
                disk.list("a");
            } catch (IOException e) {
                assertThat(e).hasMessage("injected failure of LIST of a, seed 7");
                failed++;
            }
        }
        assertThat(failed).isBetween(30, 70);
    }

    @Test
    void shouldHoldOneCallAndNoOther() throws Exception {
        try (HeldOperation slow = new HeldOperation(FileOperation.SYNC, "a", 1)) {
            disk.fault(slow);
            FileStore.Appender file = disk.create("a");
            file.append(bytes("x"));
            CompletableFuture<Void> synced = CompletableFuture.runAsync(() -> {
                try {
                    file.sync();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(slow.awaitReached(Duration.ofSeconds(30))).isTrue();
            assertThat(disk.list("")).containsExactly("a");
            assertThat(synced).isNotDone();
            slow.release();
            synced.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldDamageFiles() {
        disk.write("a", bytes("abc"));
        disk.flip("a", 1, 0x20);
        assertThat(disk.read("a")).isEqualTo(bytes("aBc"));
        disk.truncate("a", 2);
        assertThat(disk.read("a")).isEqualTo(bytes("aB"));
        disk.remove("a");
        assertThat(disk.files()).isEmpty();
        assertThatThrownBy(() -> disk.read("a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no file a; there are []");
    }
}
