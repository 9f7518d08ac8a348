/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.internal.receive.MemoryStore;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One log, in a store that can append and in one where each sync is a file. */
@Timeout(60)
class LogWriterTest {
    private static final UUID CHECKPOINT = new UUID(1, 1);

    private MemoryStore store = new MemoryStore();

    /** A disk whose syncs wait. */
    private static final class HeldSync implements MemoryStore.Disk {
        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);

        @Override
        public void sync() throws IOException {
            reached.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    private LogDirectory directory() {
        return new LogDirectory(new CheckpointFiles(store, CHECKPOINT), "log", "a log");
    }

    private LogWriter open(long epoch, long segmentBytes) throws IOException {
        LogSegments segments = LogSegments.of(directory()).deleteUnstarted(epoch);
        LogSegments.Read read = segments.read(0, Long.MAX_VALUE, missing -> {}, (file, at, frame) -> {});
        long number = read == null ? 0 : read.last().number();
        CheckpointIdentity identity = new CheckpointIdentity(CHECKPOINT, epoch, new UUID(2, epoch));
        return new LogWriter(segments, read, number, segmentBytes, Epoch.unchecked(identity));
    }

    private List<String> read() throws IOException {
        List<String> frames = new ArrayList<>();
        LogSegments.of(directory())
                .read(
                        0,
                        Long.MAX_VALUE,
                        missing -> {
                            throw new AssertionError("there is no segment " + missing);
                        },
                        (file, at, frame) -> frames.add(new String(frame)));
        return frames;
    }

    private List<String> segments() {
        return store.list("log").stream()
                .map(name -> name.replaceAll("\\b0+", ""))
                .toList();
    }

    private static void append(LogWriter log, String... frames) throws IOException {
        for (String frame : frames) {
            log.append(frame.getBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldReadWhatWasSyncedAndNothingElse(boolean appends) throws IOException {
        store = new MemoryStore(appends);
        LogWriter log = open(1, Long.MAX_VALUE);
        append(log, "a", "b");
        log.sync();
        append(log, "c");
        store = store.afterPowerFailure();
        assertThat(read()).containsExactly("a", "b");
        try (LogWriter next = open(2, Long.MAX_VALUE)) {
            append(next, "d");
        }
        assertThat(read()).containsExactly("a", "b", "d");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldBeginASegmentWhenItIsToldTo(boolean appends) throws IOException {
        store = new MemoryStore(appends);
        try (LogWriter log = open(1, Long.MAX_VALUE)) {
            append(log, "a", "b");
            log.roll();
            append(log, "c");
            assertThat(log.last()).isEqualTo(new EpochFile(2, 1));
            assertThat(log.closedSegments()).isEqualTo(1);
        }
        assertThat(segments()).containsExactly("1-1", "2-1");
        assertThat(read()).containsExactly("a", "b", "c");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldGoOnInAStoreOfTheOtherKind(boolean appends) throws IOException {
        store = new MemoryStore(appends);
        try (LogWriter log = open(1, Long.MAX_VALUE)) {
            append(log, "a");
            log.sync();
            append(log, "b");
        }
        MemoryStore other = new MemoryStore(!appends);
        for (String name : store.list("log")) {
            try (InputStream in = store.open("log/" + name);
                    FileStore.Appender out = other.create("log/" + name)) {
                out.append(in.readAllBytes());
                out.sync();
            }
        }
        store = other;
        try (LogWriter log = open(2, Long.MAX_VALUE)) {
            append(log, "c");
        }
        assertThat(read()).containsExactly("a", "b", "c");
    }

    @Test
    void shouldBeginASegmentWhenOneHasGrown() throws IOException {
        try (LogWriter log = open(1, 1)) {
            append(log, "a", "b");
        }
        assertThat(segments()).containsExactly("1-1", "2-1");
    }

    @Test
    void shouldMakeAFileOfEachSyncInAStoreThatCannotAppend() throws IOException {
        store = new MemoryStore(false);
        try (LogWriter log = open(1, 1)) {
            append(log, "a", "b");
            assertThat(segments()).isEmpty();
            log.sync();
            log.sync();
            assertThat(segments()).containsExactly("1-1");
            append(log, "c");
        }
        assertThat(segments()).containsExactly("1-1", "2-1");
        assertThat(read()).containsExactly("a", "b", "c");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldPassOverWhatAFencedProgramWrites(boolean appends) throws IOException {
        store = new MemoryStore(appends);
        try (LogWriter old = open(1, Long.MAX_VALUE)) {
            append(old, "a");
            old.sync();
            try (LogWriter next = open(2, Long.MAX_VALUE)) {
                append(next, "b");
                next.sync();
                for (int i = 0; i < 5; i++) {
                    append(old, "void");
                    old.sync();
                }
                append(next, "c");
            }
        }
        assertThat(read()).containsExactly("a", "b", "c");
    }

    /** It was fenced as well, and woke too late: its number is that of a segment on which the third program relies. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldPassOverAProgramThatBeganNothingBeforeItsSuccessorDid(boolean appends) throws IOException {
        store = new MemoryStore(appends);
        try (LogWriter first = open(1, appends ? 1 : Long.MAX_VALUE)) {
            append(first, "a");
            first.sync();
            try (LogWriter asleep = open(2, Long.MAX_VALUE)) {
                append(first, "b");
                first.sync();
                try (LogWriter third = open(3, Long.MAX_VALUE)) {
                    append(third, "c");
                    third.sync();
                    append(asleep, "void");
                    asleep.sync();
                    append(third, "d");
                }
            }
        }
        assertThat(read()).containsExactly("a", "b", "c", "d");
    }

    /** Else a crash between the two would leave a gap. */
    @Test
    void shouldMakeOneFileAfterTheOther() throws Exception {
        store = new MemoryStore(false);
        HeldSync held = new HeldSync();
        store.disk = held;
        try (LogWriter log = open(1, Long.MAX_VALUE)) {
            append(log, "a");
            CompletableFuture<Void> first = sync(log);
            held.reached.await();
            append(log, "b"); // a sync holds it up no more than in any store
            CompletableFuture<Void> second = sync(log);
            assertThat(segments()).isEmpty();
            held.goOn.countDown();
            first.get(30, TimeUnit.SECONDS);
            second.get(30, TimeUnit.SECONDS);
        }
        assertThat(read()).containsExactly("a", "b");
    }

    private static CompletableFuture<Void> sync(LogWriter log) {
        return CompletableFuture.runAsync(() -> syncNow(log));
    }

    private static void syncNow(LogWriter log) {
        try {
            log.sync();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The driver loop syncs plans, and with them the decision that the batch thread has just appended. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldWaitForTheSyncOfAnotherThreadThatHasWhatItAppended(boolean appends) throws Exception {
        store = new MemoryStore(appends);
        try (LogWriter log = open(1, Long.MAX_VALUE)) {
            append(log, "first");
            log.sync();
            append(log, "decision");
            HeldSync held = new HeldSync();
            store.disk = held;
            CompletableFuture<Void> loop = sync(log);
            held.reached.await();
            Thread batch = new Thread(() -> syncNow(log));
            batch.start();
            while (batch.getState() != Thread.State.BLOCKED) {
                assertThat(batch.getState())
                        .as("it may not go on before its decision is durable")
                        .isNotEqualTo(Thread.State.TERMINATED);
                Thread.onSpinWait();
            }
            held.goOn.countDown();
            batch.join();
            loop.get(30, TimeUnit.SECONDS);
        }
    }

    /** A thread that was not told of the failure would rely on the frame. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldFailEverySyncBehindOneThatFailed(boolean appends) throws IOException {
        store = new MemoryStore(appends);
        try (LogWriter log = open(1, Long.MAX_VALUE)) {
            append(log, "a");
            store.disk = new MemoryStore.Disk() {
                @Override
                public void sync() throws IOException {
                    throw new IOException("Input/output error");
                }
            };
            if (appends) {
                assertThatThrownBy(log::roll).hasMessage("Input/output error");
            }
            assertThatThrownBy(log::sync).isInstanceOf(IOException.class);
            store.disk = new MemoryStore.Disk() {};
            assertThatThrownBy(() -> append(log, "b"))
                    .hasMessage(
                            "an earlier write of this file failed: Input/output error; mend the disk, or make room on it, and start the program again");
        }
    }

    /** The file may be there or not; the next one would perhaps stand behind a gap. */
    @Test
    void shouldMakeNoFileBehindOneThatFailed() throws IOException {
        store = new MemoryStore(false);
        try (LogWriter log = open(1, Long.MAX_VALUE)) {
            append(log, "a");
            log.sync();
            append(log, "b");
            store.disk = new MemoryStore.Disk() {
                @Override
                public void sync() throws IOException {
                    throw new IOException("Input/output error");
                }
            };
            assertThatThrownBy(log::sync).hasMessage("Input/output error");
            store.disk = new MemoryStore.Disk() {};
            assertThatThrownBy(log::sync)
                    .as("the thread that appended the frame relies on it")
                    .hasMessage(
                            "an earlier write of this file failed: Input/output error; mend the disk, or make room on it, and start the program again");
            assertThatThrownBy(() -> append(log, "c"))
                    .hasMessage(
                            "an earlier write of this file failed: Input/output error; mend the disk, or make room on it, and start the program again");
        }
        assertThat(segments()).containsExactly("1-1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldDeleteVoidSegmentsBeforeThoseThatTellOfIt(boolean appends) throws IOException {
        store = new MemoryStore(appends);
        try (LogWriter old = open(1, 1)) {
            append(old, "a");
            old.sync();
            try (LogWriter next = open(2, 1)) {
                for (String frame : List.of("b", "c", "d")) {
                    append(next, frame);
                    next.sync();
                }
            }
            append(old, "void");
        }
        assertThat(segments()).containsExactly("1-1", "2-1", "2-2", "3-2", "4-2");
        LogSegments counting = LogSegments.of(directory());
        directory().deleteUntil(2, counting.files(), 1, () -> {});
        assertThat(segments()).as("nothing of a successor").containsExactly("2-2", "3-2", "4-2");
        directory().deleteUntil(3, LogSegments.of(directory()).files(), 2, () -> {});
        assertThat(segments()).containsExactly("4-2");
    }
}
