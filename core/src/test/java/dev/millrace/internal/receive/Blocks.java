/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.threads.Threads;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Short ways to log blocks and to see what is logged. */
final class Blocks {
    static final long MUCH = 1 << 20;

    private Blocks() {}

    static CompletableFuture<LogPlace> append(WriteAheadLog log, String stream, long sequence, String payload) {
        byte[] bytes = payload.getBytes();
        BlockHeader header = new BlockHeader(stream, sequence, (byte) 1, bytes.length, sequence * 10);
        return log.append(header, bytes, 0, bytes.length);
    }

    static LogPlace log(WriteAheadLog log, String stream, long sequence, String payload) throws Exception {
        return append(log, stream, sequence, payload).get(30, TimeUnit.SECONDS);
    }

    /** What is in the log, as "stream sequence payload". */
    static List<String> recovered(WriteAheadLog log) throws IOException {
        List<String> blocks = new ArrayList<>();
        for (LoggedBlock block : log.recovered()) {
            BlockHeader header = block.header();
            blocks.add(header.stream() + " " + header.sequence() + " " + new String(log.read(block.place())));
        }
        return blocks;
    }

    static List<String> recovered(MemoryStore store) throws IOException {
        try (WriteAheadLog log = Blocks.open(store, MUCH)) {
            return recovered(log);
        }
    }

    /** A log of no checkpoint, whose thread is its own. */
    static WriteAheadLog open(FileStore store, long segmentBytes) {
        return open(store, segmentBytes, Epoch.NONE);
    }

    static WriteAheadLog open(FileStore store, long segmentBytes, Epoch epoch) {
        return WriteAheadLog.open(store, segmentBytes, epoch, Threads.OWN);
    }
}
