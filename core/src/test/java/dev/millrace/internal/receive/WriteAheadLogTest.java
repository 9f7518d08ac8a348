/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CodecException;
import dev.millrace.internal.files.LocalFileStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The promises of the log when all is well. */
@Timeout(60)
class WriteAheadLogTest {
    private final MemoryStore store = new MemoryStore();
    private final SlowSync disk = new SlowSync();
    private WriteAheadLog log = open(Blocks.MUCH);

    private WriteAheadLog open(long segmentBytes) {
        return Blocks.open(store, segmentBytes);
    }

    @AfterEach
    void close() {
        disk.letGo();
        log.close();
    }

    @Test
    void shouldGiveBackWhatWasLoggedWhenOpenedAgain(@TempDir Path directory) throws Exception {
        LocalFileStore files = new LocalFileStore(directory);
        BlockHeader header = new BlockHeader("lines", 7, (byte) 3, 2, List.of("host", 42L));
        byte[] payload = "..payload..".getBytes();
        byte[] large = new byte[300_000];
        large[299_999] = 1;
        List<LogPlace> places = new ArrayList<>();
        try (WriteAheadLog written = Blocks.open(files, Blocks.MUCH)) {
            places.add(written.append(header, payload, 2, 7).get());
            places.add(written.append(new BlockHeader("lines", 8, (byte) 0, 0, null), large, 0, large.length)
                    .get());
            assertThat(written.read(places.get(0))).isEqualTo("payload".getBytes());
            assertThat(written.recovered()).isEmpty();
        }
        try (WriteAheadLog read = Blocks.open(files, Blocks.MUCH)) {
            assertThat(read.recovered())
                    .containsExactly(
                            new LoggedBlock(header, places.get(0)),
                            new LoggedBlock(new BlockHeader("lines", 8, (byte) 0, 0, null), places.get(1)));
            assertThat(read.read(places.get(0))).isEqualTo("payload".getBytes());
            assertThat(read.read(places.get(1))).isEqualTo(large);
            Blocks.log(read, "lines", 9, "more");
        }
        assertThat(directory.resolve("wal")).isDirectoryContaining("glob:**/0000000002");
    }

    @Test
    void shouldWriteNothingBeforeTheFirstAppend() {
        log.retire(Map.of("a", 5L));
        log.close();
        assertThat(store.list("wal")).isEmpty();
    }

    @Test
    void shouldSyncOnceForAllBlocksThatCameDuringTheSyncBefore() throws Exception {
        Blocks.log(log, "a", 0, "first"); // the segment is begun
        store.disk = disk;
        List<CompletableFuture<LogPlace>> appends = new ArrayList<>();
        List<Integer> completed = new ArrayList<>();
        appends.add(Blocks.append(log, "a", 1, "alone"));
        disk.awaitSync();
        for (int i = 2; i < 102; i++) {
            appends.add(Blocks.append(log, "a", i, "one of a hundred"));
        }
        for (int i = 0; i < appends.size(); i++) {
            int number = i;
            appends.get(i).thenRun(() -> completed.add(number));
        }
        assertThat(appends).noneMatch(CompletableFuture::isDone);
        disk.letGo();
        CompletableFuture.allOf(appends.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        log.close();
        assertThat(completed).hasSize(101).isSorted();
        assertThat(disk.syncs()).isEqualTo(2);
    }

    @Test
    void shouldSyncEverySegmentThatAGroupGoesThrough() throws Exception {
        log = open(1);
        Blocks.log(log, "a", 0, "block");
        store.disk = disk;
        List<CompletableFuture<LogPlace>> appends = new ArrayList<>();
        for (int i = 1; i < 6; i++) {
            appends.add(Blocks.append(log, "a", i, "block"));
            disk.awaitSync(); // so that the others are one group
        }
        disk.letGo();
        CompletableFuture.allOf(appends.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        assertThat(Blocks.recovered(store.afterPowerFailure())).hasSize(6);
    }

    @Test
    void shouldCompleteNothingBeforeItIsSynced() throws Exception {
        Blocks.log(log, "a", 0, "first");
        store.disk = disk;
        CompletableFuture<LogPlace> append = Blocks.append(log, "a", 1, "second");
        disk.awaitSync();
        assertThat(append).isNotDone();
        assertThat(Blocks.recovered(store.afterPowerFailure())).containsExactly("a 0 first");
        disk.letGo();
        append.get(30, TimeUnit.SECONDS);
        assertThat(Blocks.recovered(store.afterPowerFailure())).containsExactly("a 0 first", "a 1 second");
    }

    private static void awaitWaiting(Thread thread) {
        while (!Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING).contains(thread.getState())) {
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldAppendAndReadOnAThreadThatIsInterrupted(@TempDir Path directory) throws Exception {
        LocalFileStore files = new LocalFileStore(directory);
        try (WriteAheadLog written = Blocks.open(files, 200)) {
            List<CompletableFuture<LogPlace>> appends = new ArrayList<>();
            Thread.currentThread().interrupt();
            for (int i = 0; i < 20; i++) {
                appends.add(Blocks.append(written, "a", i, "payload" + i));
            }
            assertThat(Thread.interrupted()).isTrue();
            for (int i = 0; i < 20; i++) {
                LogPlace place = appends.get(i).get(30, TimeUnit.SECONDS);
                Thread.currentThread().interrupt();
                assertThat(new String(written.read(place))).isEqualTo("payload" + i);
                assertThat(Thread.interrupted()).isTrue();
            }
            Thread.currentThread().interrupt();
        }
        assertThat(Thread.interrupted()).isTrue();
        try (WriteAheadLog read = Blocks.open(files, 200)) {
            assertThat(read.recovered()).hasSize(20);
        }
    }

    @Test
    void shouldGoOnWhenWhatHangsOnAFutureInterruptsItsThreadOrAppends(@TempDir Path directory) throws Exception {
        try (WriteAheadLog written = Blocks.open(new LocalFileStore(directory), 1)) {
            CompletableFuture<LogPlace> second = Blocks.append(written, "a", 0, "first")
                    .thenCompose(place -> {
                        Thread.currentThread().interrupt();
                        Blocks.append(written, "a", 1, "second");
                        return Blocks.append(written, "a", 2, "third");
                    });
            Thread.interrupted(); // if the log was so fast that this thread has run the function
            assertThat(second.get(30, TimeUnit.SECONDS).segment()).isEqualTo(3);
        }
    }

    @Test
    void shouldMakeDurableWhatWasAppendedBeforeItIsClosedAndTakeNothingAfter() throws Exception {
        Blocks.log(log, "a", 0, "first");
        store.disk = disk;
        CompletableFuture<LogPlace> under = Blocks.append(log, "a", 1, "second");
        disk.awaitSync();
        CompletableFuture<LogPlace> waiting = Blocks.append(log, "a", 2, "third");
        Thread closing = new Thread(log::close);
        closing.start();
        awaitWaiting(closing);
        assertThat(Blocks.append(log, "a", 3, "never"))
                .failsWithin(30, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(IllegalStateException.class)
                .withMessage("the write-ahead log memory/wal is closed");
        disk.letGo();
        closing.join(30_000);
        assertThat(under).isCompleted();
        assertThat(waiting).isCompleted();
        log.close();
        assertThat(Blocks.recovered(store.afterPowerFailure())).containsExactly("a 0 first", "a 1 second", "a 2 third");
    }

    @Test
    void shouldRefuseABlockThatIsNotTheNextOfItsStream() throws Exception {
        Blocks.log(log, "a", 5, "any number may be the first");
        Blocks.log(log, "b", 0, "of another stream");
        for (long wrong : new long[] {5, 7}) {
            assertThatThrownBy(() -> Blocks.append(log, "a", wrong, "wrong"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the stream a logs block " + wrong
                            + " where block 6 is due; number the blocks of a stream without gaps");
        }
        log.close();
        log = open(Blocks.MUCH);
        assertThatThrownBy(() -> Blocks.append(log, "a", 7, "wrong")).isInstanceOf(IllegalArgumentException.class);
        Blocks.log(log, "a", 6, "right");
    }

    @Test
    void shouldRefuseAPositionOfATypeThatIsNotBuiltIn() {
        BlockHeader header = new BlockHeader("a", 0, (byte) 0, 0, new BlockHeader("x", 0, (byte) 0, 0, null));
        assertThatThrownBy(() -> log.append(header, new byte[0], 0, 0)).isInstanceOf(CodecException.class);
        assertThat(log.recovered()).isEmpty();
    }
}
