/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.wal;

import dev.millrace.error.CheckpointException;
import dev.millrace.error.CodecException;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the whole log with its checksums. Only the last segment may end in an append that was cut off; of each other one the
 * next tells the length. What programs have written that were fenced is passed over: the last segment tells which runs
 * began where, so it is known even when all files are gone that a successor had under those numbers. Anything else that
 * is not as it was written is reported.
 */
final class LogScan {
    private static final int MOST_ATTEMPTS = 10;
    private static final long NOBODY = -1;

    private final CheckpointFiles all;
    private final FileStore store;
    private final List<Segment> segments = new ArrayList<>();
    private final List<LoggedBlock> blocks = new ArrayList<>();
    private final Map<String, Long> nextSequences = new HashMap<>();
    private List<EpochFile> runs = List.of();
    private long lastBytes;

    /** Only reads, beside whoever writes. */
    LogScan(CheckpointFiles all) throws IOException {
        this(all, NOBODY);
    }

    /**
     * Reads the log to go on behind it: deletes what was cut off, and makes durable what is read.
     *
     * @param epoch of the program that goes on behind it; it deletes nothing of one that has taken over
     */
    static LogScan toGoOn(CheckpointFiles all, long epoch) throws IOException {
        LogScan scan = new LogScan(all, epoch);
        if (!scan.segments.isEmpty()) {
            all.store().sync(scan.segments.get(scan.segments.size() - 1).path());
        }
        return scan;
    }

    private LogScan(CheckpointFiles all, long epoch) throws IOException {
        this.all = all;
        store = all.store();
        for (int attempt = 1; !isRead(epoch, attempt == MOST_ATTEMPTS); attempt++) {
            segments.clear();
            blocks.clear();
            nextSequences.clear();
            lastBytes = 0;
        }
    }

    /** False if a segment was deleted meanwhile: its owner, or one that was just fenced, was about to retire it. */
    private boolean isRead(long epoch, boolean lastAttempt) throws IOException {
        try {
            read(epoch);
            return true;
        } catch (NoSuchFileException e) {
            if (lastAttempt) {
                throw e;
            }
            return false;
        }
    }

    private void read(long epoch) throws IOException {
        List<EpochFile> files = files(epoch);
        checkWhole(files);
        int last = files.size() - 1;
        for (int i = 0; i < last; i++) {
            LogRecord.@Nullable Start next = start(files.get(i + 1), i + 1 == last);
            scan(files.get(i), next == null ? -1 : next.previousBytes());
        }
        if (last >= 0) {
            scan(files.get(last), -1);
        }
    }

    /** The segments, without void ones and without a last one that was cut off in its first record. */
    private List<EpochFile> files(long epoch) throws IOException {
        List<EpochFile> there = new ArrayList<>(EpochFile.of(store.list(Segment.DIRECTORY)));
        while (true) {
            List<EpochFile> live = EpochFile.live(there);
            if (live.isEmpty()) {
                return live;
            }
            EpochFile newest = live.get(live.size() - 1);
            LogRecord.@Nullable Start start = start(newest, true);
            if (start != null) {
                runs = start.runs();
                return EpochFile.live(there, runs);
            }
            there.remove(newest); // it holds no block
            if (newest.epoch() <= epoch) {
                store.delete(Segment.path(newest));
            }
        }
    }

    /** Segments are deleted from the oldest on, so that there are no gaps. */
    private void checkWhole(List<EpochFile> files) {
        for (int i = 1; i < files.size(); i++) {
            EpochFile file = files.get(i);
            if (files.get(i - 1).number() != file.number() - 1) {
                throw new CheckpointException("the write-ahead log " + store.location() + " lacks the file "
                        + Segment.path(new EpochFile(file.number() - 1, 0))
                        + "; put this file back from a backup: an older copy of the whole directory, and a new one,"
                        + " lack more of what was received");
            }
        }
    }

    /** The first record of a segment; null if the file was cut off before its end. */
    private LogRecord.@Nullable Start start(EpochFile file, boolean mayBeTorn) throws IOException {
        try (FrameReader reader = all.readMarked(Segment.path(file), mayBeTorn)) {
            byte[] frame = reader.next();
            return frame == null && mayBeTorn ? null : checkedStart(file, frame);
        }
    }

    private LogRecord.Start checkedStart(EpochFile file, byte @Nullable [] frame) {
        if (frame != null
                && decode(Segment.path(file), 0, frame) instanceof LogRecord.Start start
                && start.segment() == file.number()) {
            return start;
        }
        throw damaged(Segment.path(file), 0, "it does not begin as segment " + file.number() + " of a write-ahead log");
    }

    /** @param bytes the length that the next segment tells; -1 for the last one */
    private void scan(EpochFile file, long bytes) throws IOException {
        Segment segment = new Segment(file);
        segments.add(segment);
        try (FrameReader reader = all.readMarked(segment.path(), bytes < 0)) {
            checkedStart(file, reader.next());
            for (long at = reader.position(); bytes < 0 || at < bytes; at = reader.position()) {
                byte[] frame = reader.next();
                if (frame == null) {
                    break;
                }
                if (!(decode(segment.path(), at, frame) instanceof LogRecord.Block block)) {
                    throw damaged(segment.path(), at, "there is something other than a block");
                }
                add(segment, at, block);
            }
            lastBytes = reader.position();
        }
        if (bytes >= 0 && lastBytes != bytes) {
            throw damaged(segment.path(), lastBytes, "it had " + bytes + " bytes when the next file was begun");
        }
    }

    private void add(Segment segment, long at, LogRecord.Block block) {
        BlockHeader header = block.header();
        long due = nextSequences.getOrDefault(header.stream(), header.sequence());
        if (header.sequence() != due) {
            throw damaged(
                    segment.path(),
                    at,
                    "the stream " + header.stream() + " has block " + header.sequence() + " where block " + due
                            + " is due");
        }
        nextSequences.put(header.stream(), due + 1);
        segment.add(header);
        blocks.add(new LoggedBlock(header, new LogPlace(segment.file(), at, block.length())));
    }

    private LogRecord decode(String path, long at, byte[] frame) {
        try {
            return LogRecord.decode(frame);
        } catch (CodecException | ClassCastException e) {
            throw damaged(path, at, "a record cannot be read (" + e.getMessage() + ")");
        }
    }

    private CheckpointException damaged(String path, long at, String what) {
        return FrameReader.damaged(store, path, at, what);
    }

    List<Segment> segments() {
        return segments;
    }

    /** All blocks, in order of the log. */
    List<LoggedBlock> blocks() {
        return blocks;
    }

    /** Of the runs that have begun segments, the first of these; not of all from the very first on. */
    List<EpochFile> runs() {
        return runs;
    }

    /** For each stream in the log, the number of the block that comes next. */
    Map<String, Long> nextSequences() {
        return nextSequences;
    }

    /** The bytes of the last segment without an append that was cut off; 0 if there is none. */
    long lastBytes() {
        return lastBytes;
    }
}
