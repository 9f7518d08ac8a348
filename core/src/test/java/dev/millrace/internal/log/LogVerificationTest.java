/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.millrace.internal.receive.MemoryStore;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.CheckpointVerification.State;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LogVerificationTest {
    private static final UUID CHECKPOINT = new UUID(1, 1);

    private final MemoryStore store = new MemoryStore();
    private final LogDirectory directory = new LogDirectory(new CheckpointFiles(store, CHECKPOINT), "log", "a log");

    /** Each frame begins a segment. */
    private LogWriter open(long epoch) throws IOException {
        LogSegments segments = LogSegments.of(directory);
        LogSegments.Read read = segments.read(0, Long.MAX_VALUE, missing -> {}, (file, at, frame) -> {});
        CheckpointIdentity identity = new CheckpointIdentity(CHECKPOINT, epoch, new UUID(2, epoch));
        long number = read == null ? 0 : read.last().number();
        return new LogWriter(segments, read, number, 1, Epoch.unchecked(identity));
    }

    private static void write(LogWriter log, String frame) throws IOException {
        log.append(frame.getBytes());
        log.sync();
    }

    private void damage(EpochFile segment) throws IOException {
        String path = directory.path(segment);
        byte[] bytes;
        try (InputStream in = store.open(path)) {
            bytes = in.readAllBytes();
        }
        bytes[30] ^= 1; // in its header
        store.delete(path);
        try (FileStore.Appender out = store.create(path)) {
            out.append(bytes);
        }
    }

    private Map<String, State> states() throws IOException {
        Map<String, State> states = new LinkedHashMap<>();
        LogVerification.of(directory, List.of(), missing -> {}, segments -> (file, at, frame) -> {})
                .forEach(report -> states.put(report.path().replaceAll("\\b0+", ""), report.state()));
        return states;
    }

    /** By its name a segment of a program that began nothing before its successor did would count, and another one not. */
    @Test
    void shouldKnowVoidSegmentsByAnOlderHeaderWhenTheNewestIsDamaged() throws IOException {
        try (LogWriter first = open(1)) {
            write(first, "a");
            try (LogWriter asleep = open(2)) {
                write(first, "b");
                try (LogWriter third = open(3)) {
                    write(third, "c");
                    write(asleep, "void");
                    write(third, "d");
                }
            }
        }
        damage(new EpochFile(4, 3));
        assertThat(states())
                .containsExactly(
                        entry("log/1-1", State.WHOLE),
                        entry("log/2-1", State.WHOLE),
                        entry("log/2-2", State.VOID),
                        entry("log/3-3", State.WHOLE),
                        entry("log/4-3", State.DAMAGED));
    }

    @Test
    void shouldReadEachSegmentWhenNoHeaderIsRight() throws IOException {
        try (LogWriter log = open(1)) {
            write(log, "a");
            write(log, "b");
        }
        damage(new EpochFile(1, 1));
        damage(new EpochFile(2, 1));
        assertThat(states()).containsExactly(entry("log/1-1", State.DAMAGED), entry("log/2-1", State.DAMAGED));
    }
}
