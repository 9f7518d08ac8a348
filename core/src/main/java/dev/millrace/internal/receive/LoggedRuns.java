/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.log.LogDirectory;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.internal.threads.Threads;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/** Runs of blocks of a log to which nothing is appended, to be counted, or copied into a log of their own. Immutable. */
public final class LoggedRuns {
    private static final long SEGMENT_BYTES = Long.MAX_VALUE; // one, because a copy is deleted as a whole

    private final LogDirectory log;
    private final List<LoggedBlock> blocks;

    private LoggedRuns(LogDirectory log, List<LoggedBlock> blocks) {
        this.log = log;
        this.blocks = blocks;
    }

    /**
     * The blocks of a run.
     *
     * @param from the number of the first
     * @param until the number behind the last
     */
    public record Run(long from, long until) {
        boolean has(long sequence) {
            return from <= sequence && sequence < until;
        }
    }

    /**
     * Finds the blocks that the log still has of runs. Reads the whole log, and writes nothing.
     *
     * @param runs by the names of streams
     * @throws dev.millrace.error.CheckpointException if the log is damaged
     */
    public static LoggedRuns of(FileStore store, Map<String, Run> runs) throws IOException {
        CheckpointFiles files = Ownership.filesIn(store);
        List<LoggedBlock> blocks = runs.isEmpty()
                ? List.of()
                : LogScan.of(files).blocks().stream()
                        .filter(block -> {
                            Run run = runs.get(block.header().stream());
                            return run != null && run.has(block.header().sequence());
                        })
                        .toList();
        return new LoggedRuns(LogScan.directory(files), blocks);
    }

    /** Returns how many bytes the payloads of these blocks have. */
    public long bytes(String stream) {
        return blocks.stream()
                .filter(block -> block.header().stream().equals(stream))
                .mapToLong(block -> block.place().length())
                .sum();
    }

    /**
     * Writes the blocks into the log of another store, one at a time. They are durable on return.
     *
     * @param epoch of the program that writes it
     */
    public void copyTo(FileStore target, Epoch epoch) throws IOException {
        if (blocks.isEmpty()) {
            return;
        }
        int copied = 0;
        try (WriteAheadLog copy = WriteAheadLog.open(target, SEGMENT_BYTES, epoch, Threads.OWN)) {
            for (LoggedBlock block : blocks) {
                LogPlace place = block.place();
                byte[] payload = log.readBody(place.file(), place.offset(), place.length());
                copy.append(block.header(), payload, 0, payload.length).join();
                copied++;
            }
        } catch (CompletionException e) {
            throw new IOException("block " + copied + " of " + blocks.size() + " cannot be copied: " + e.getCause(), e);
        }
    }
}
