/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnershipTest {
    private static final String REMEDY = "stop it";

    @TempDir
    Path directory;

    private FileStore store;

    @BeforeEach
    void makeStore() {
        store = new LocalFileStore(directory);
    }

    private Ownership claim(boolean takeover) throws IOException {
        return Ownership.claim(store, takeover, REMEDY);
    }

    private List<String> ownerLines(long epoch) throws IOException {
        return Files.readAllLines(directory.resolve(String.format("owners/%010d", epoch)));
    }

    @Test
    void shouldRefuseWhenAnOwnerLives() throws IOException {
        try (Ownership first = claim(false)) {
            List<String> lines = ownerLines(1);
            assertThat(lines.get(1))
                    .isEqualTo(Long.toString(ProcessHandle.current().pid()));
            assertThat(Instant.parse(lines.get(2))).isBeforeOrEqualTo(Instant.now());
            assertThatThrownBy(() -> claim(false))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage("the checkpoint " + directory + " is in use by process " + lines.get(1) + " on host "
                            + lines.get(0) + " since " + lines.get(2)
                            + "; stop it");
            first.check();
        }
    }

    @Test
    void shouldStillRefuseTheThirdWhenTheSecondWasRefused() throws IOException {
        try (Ownership first = claim(false)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> claim(false)).isInstanceOf(CheckpointException.class);
            }
            assertThat(first.number()).isEqualTo(1);
        }
    }

    @Test
    void shouldGoOnWithTheNextEpochWhenTheOwnerHasEnded() throws IOException {
        claim(false).close();
        try (Ownership second = claim(false)) {
            assertThat(second.number()).isEqualTo(2);
            second.check();
        }
    }

    @Test
    void shouldFenceAnOwnerThatLivesWhenToldTo() throws IOException {
        try (Ownership first = claim(false);
                Ownership second = claim(true)) {
            List<String> lines = ownerLines(2);
            assertThatThrownBy(first::check)
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage("the checkpoint " + directory + " was taken over by process " + lines.get(1)
                            + " on host " + lines.get(0) + " since " + lines.get(2)
                            + "; this program decides and publishes nothing any more: stop it, or take the checkpoint"
                            + " back");
            second.check();
        }
    }

    @Test
    void shouldGoOnWhenACrashLeftAnEmptyFile() throws IOException {
        Files.createDirectories(directory.resolve("owners"));
        Files.createFile(directory.resolve("owners/0000000004"));
        try (Ownership owner = claim(false)) {
            assertThat(owner.number()).isEqualTo(5);
        }
    }

    @Test
    void shouldNameAnUnknownOwnerWhenItsFileIsCutOff() throws IOException {
        try (Ownership owner = claim(false)) {
            Files.writeString(directory.resolve("owners/0000000001"), "a-host\n");
            assertThatThrownBy(() -> claim(false))
                    .hasMessageContaining("is in use by process unknown on host a-host since unknown;");
            assertThat(owner.number()).isEqualTo(1);
        }
    }

    @Test
    void shouldKeepOnlyTheNewestOwners() throws IOException {
        for (int i = 0; i < 5; i++) {
            claim(false).close();
        }
        assertThat(store.list("owners"))
                .containsExactly("0000000004", "0000000004.lock", "0000000005", "0000000005.lock");
    }

    @Test
    void shouldLetOneWinWhenManyStartAtOnce() throws Exception {
        int programs = 8;
        ExecutorService pool = Executors.newFixedThreadPool(programs);
        try {
            for (int round = 0; round < 20; round++) {
                CyclicBarrier start = new CyclicBarrier(programs);
                Callable<List<Ownership>> program = () -> {
                    start.await();
                    try {
                        return List.of(claim(false));
                    } catch (CheckpointException refused) {
                        return List.of();
                    }
                };
                List<Ownership> winners = new ArrayList<>();
                for (Future<List<Ownership>> one : pool.invokeAll(java.util.Collections.nCopies(programs, program))) {
                    winners.addAll(one.get());
                }
                assertThat(winners).hasSize(1);
                winners.get(0).check();
                winners.get(0).close();
            }
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void shouldKeepTheLockWhenItsHolderIsClosedTwice() throws IOException {
        FileStore.Lock first = store.tryLock("name");
        assertThat(first).isNotNull();
        first.close();
        FileStore.Lock second = store.tryLock("name");
        assertThat(second).isNotNull();
        first.close();
        assertThat(store.tryLock("name")).isNull();
        second.close();
    }
}
