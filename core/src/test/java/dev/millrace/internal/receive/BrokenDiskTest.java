/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** After a failed write nothing is written, and nothing is said to be durable. */
@Timeout(60)
class BrokenDiskTest {
    private static final String MESSAGE = "the write-ahead log memory/wal cannot be written: java.io.IOException: %s;"
            + " nothing that is received is logged any more; mend the disk, or make room on it, and start the program"
            + " again";

    private final MemoryStore store = new MemoryStore();

    /** Takes a number of bytes and no more. */
    private static MemoryStore.Disk full(int room) {
        AtomicInteger left = new AtomicInteger(room);
        return new MemoryStore.Disk() {
            @Override
            public int takes(int bytes) {
                int taken = Math.min(bytes, left.get());
                left.addAndGet(-taken);
                return taken;
            }
        };
    }

    private static void assertFails(CompletableFuture<LogPlace> append, String cause) {
        assertThatThrownBy(() -> append.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(CheckpointException.class)
                .hasMessage(MESSAGE, cause)
                .hasRootCauseMessage(cause);
    }

    @Test
    void shouldWriteNothingBehindAWriteThatFailed() throws Exception {
        try (WriteAheadLog log = Blocks.open(store, Blocks.MUCH)) {
            LogPlace first = Blocks.log(log, "a", 0, "first");
            store.disk = full(30);
            CompletableFuture<LogPlace> cutOff = Blocks.append(log, "a", 1, "second");
            assertFails(cutOff, "No space left on device");
            int length = store.get("wal/0000000001").length;
            store.disk = new MemoryStore.Disk() {};
            assertFails(Blocks.append(log, "a", 2, "third"), "No space left on device");
            assertFails(Blocks.append(log, "b", 0, "other"), "No space left on device");
            assertThat(store.get("wal/0000000001")).hasSize(length);
            assertThat(new String(log.read(first))).isEqualTo("first");
        }
        assertThat(store.list("wal")).containsExactly("0000000001");
        try (WriteAheadLog log = Blocks.open(store, Blocks.MUCH)) {
            assertThat(Blocks.recovered(log)).containsExactly("a 0 first");
            Blocks.log(log, "a", 1, "second");
        }
        assertThat(Blocks.recovered(store)).containsExactly("a 0 first", "a 1 second");
    }

    @Test
    void shouldFailTheGroupAndAllThatWaitsWhenASyncFails() throws Exception {
        SlowSync slow = new SlowSync();
        try (WriteAheadLog log = Blocks.open(store, Blocks.MUCH)) {
            Blocks.log(log, "a", 0, "first");
            store.disk = new MemoryStore.Disk() {
                @Override
                public void sync() throws IOException {
                    slow.sync();
                    throw new IOException("Input/output error");
                }
            };
            CompletableFuture<LogPlace> synced = Blocks.append(log, "a", 1, "second");
            slow.awaitSync();
            CompletableFuture<LogPlace> waiting = Blocks.append(log, "a", 2, "third");
            slow.letGo();
            assertFails(synced, "Input/output error");
            assertFails(waiting, "Input/output error");
        }
        assertThat(slow.syncs()).isEqualTo(1);
        assertThat(Blocks.recovered(store.afterPowerFailure())).containsExactly("a 0 first");
    }

    @Test
    void shouldFailWhenANewSegmentCannotBeBegun() throws Exception {
        try (WriteAheadLog log = Blocks.open(store, 1)) {
            Blocks.log(log, "a", 0, "first");
            store.disk = full(20);
            assertFails(Blocks.append(log, "a", 1, "second"), "No space left on device");
        }
        assertThat(store.list("wal")).containsExactly("0000000001", "0000000002");
        store.disk = new MemoryStore.Disk() {};
        assertThat(Blocks.recovered(store)).containsExactly("a 0 first");
    }
}
