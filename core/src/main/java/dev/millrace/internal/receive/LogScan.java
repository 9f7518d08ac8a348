/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.error.CheckpointException;
import dev.millrace.error.CodecException;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FileReport;
import dev.millrace.internal.log.LogDirectory;
import dev.millrace.internal.log.LogSegments;
import dev.millrace.internal.log.LogVerification;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the whole log with its checksums. A missing segment, or a block that is not the next of its stream, is damage. */
final class LogScan {
    static final String DIRECTORY = "wal";

    private static final int MOST_ATTEMPTS = 10;

    private final LogSegments log;
    private final LogSegments.@Nullable Read read;
    private final Map<EpochFile, Segment> segments = new LinkedHashMap<>();
    private final List<LoggedBlock> blocks = new ArrayList<>();
    private final BlockOrder order = new BlockOrder();

    private LogScan(LogSegments log) throws IOException {
        this.log = log;
        List<EpochFile> files = log.files();
        files.forEach(file -> segments.put(file, new Segment(file)));
        long before = files.isEmpty() ? 0 : files.get(0).number() - 1;
        LogDirectory directory = log.directory();
        read = log.read(before, Long.MAX_VALUE, missing -> missing(directory, missing), (file, at, frame) -> {
            LogRecord block = order.next(directory, file, at, frame);
            segments.computeIfAbsent(file, Segment::new).add(block.header());
            blocks.add(new LoggedBlock(block.header(), new LogPlace(file, at, block.length())));
        });
    }

    /** Only reads, also while a program writes. */
    static LogScan of(CheckpointFiles files) throws IOException {
        for (int attempt = 1; true; attempt++) {
            try {
                return new LogScan(LogSegments.of(directory(files)));
            } catch (NoSuchFileException e) { // its owner, or one that was just fenced, was about to retire it
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /**
     * Reads the log to go on behind it: deletes what was cut off in its header.
     *
     * @param epoch of the program that goes on behind it; it deletes nothing of one that has taken over
     */
    static LogScan toGoOn(CheckpointFiles files, long epoch) throws IOException {
        LogScan scan = of(files);
        scan.log.deleteUnstarted(epoch);
        return scan;
    }

    /** The state of each file of the log. Nothing is locked or written. */
    static List<FileReport> verify(CheckpointFiles files) throws IOException {
        LogDirectory log = directory(files);
        return LogVerification.of(log, List.of(), missing -> missing(log, missing), segments -> {
            BlockOrder order = new BlockOrder();
            return (file, at, frame) -> order.next(log, file, at, frame);
        });
    }

    static LogDirectory directory(CheckpointFiles files) {
        return new LogDirectory(files, DIRECTORY, "a write-ahead log");
    }

    /** Segments are deleted from the oldest on, so that there are no gaps. */
    private static void missing(LogDirectory log, EpochFile segment) {
        throw new CheckpointException(
                "the write-ahead log " + log.files().store().location() + " lacks the file "
                        + log.path(segment)
                        + "; put this file back from a backup: an older copy of the whole directory, and a new one, lack more"
                        + " of what was received");
    }

    /** The blocks of each stream are numbered without gaps. */
    private static final class BlockOrder {
        private final Map<String, Long> nextSequences = new HashMap<>();

        LogRecord next(LogDirectory log, EpochFile file, long at, byte[] frame) {
            LogRecord block = decode(log, file, at, frame);
            BlockHeader header = block.header();
            long due = nextSequences.getOrDefault(header.stream(), header.sequence());
            if (header.sequence() != due) {
                throw log.damaged(
                        file,
                        at,
                        "the stream " + header.stream() + " has block " + header.sequence() + " where block " + due
                                + " is due");
            }
            nextSequences.put(header.stream(), due + 1);
            return block;
        }

        private static LogRecord decode(LogDirectory log, EpochFile file, long at, byte[] frame) {
            try {
                return LogRecord.decode(frame);
            } catch (CodecException | ClassCastException | NullPointerException | IndexOutOfBoundsException e) {
                throw log.damaged(file, at, String.valueOf(e.getMessage()));
            }
        }
    }

    LogSegments log() {
        return log;
    }

    /** Null if there is no segment. */
    LogSegments.@Nullable Read read() {
        return read;
    }

    List<Segment> segments() {
        return List.copyOf(segments.values());
    }

    /** All blocks, in order of the log. */
    List<LoggedBlock> blocks() {
        return blocks;
    }

    /** For each stream in the log, the number of the block that comes next. */
    Map<String, Long> nextSequences() {
        return order.nextSequences;
    }
}
