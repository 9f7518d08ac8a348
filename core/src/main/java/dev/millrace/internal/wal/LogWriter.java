/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.wal;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FrameWriter;
import dev.millrace.internal.wal.AppendQueue.Append;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes what comes through the queue, and is the only one that changes the log's files. All that is there is written and
 * then synced once; then its futures are completed, in order. After a failure nothing is written any more.
 */
final class LogWriter implements Runnable {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.receiver");

    /** Of so many programs, one that was stopped and goes on much later is known to have been fenced. */
    private static final int MOST_RUNS = 100;

    private final FileStore store;
    private final long segmentBytes;
    private final Epoch epoch;
    private final AppendQueue queue;
    private final Deque<Segment> segments;
    private final Map<String, Long> firstNeeded = new HashMap<>();
    private final List<EpochFile> runs;
    private long previousBytes;
    private @Nullable FrameWriter file;

    LogWriter(FileStore store, long segmentBytes, Epoch epoch, AppendQueue queue, LogScan scan) {
        this.store = store;
        this.segmentBytes = segmentBytes;
        this.epoch = epoch;
        this.queue = queue;
        segments = new ArrayDeque<>(scan.segments());
        runs = new ArrayList<>(scan.runs());
        previousBytes = scan.lastBytes();
    }

    @Override
    public void run() {
        List<Append> taken = List.of();
        try {
            for (AppendQueue.Work work = queue.take(); work != null; work = queue.take()) {
                taken = work.appends();
                write(taken);
                retire(work.firstNeeded());
            }
            closeFile();
        } catch (Throwable e) { // whatever it is, nobody may wait for ever
            fail(taken, e);
        }
    }

    private void write(List<Append> group) throws IOException {
        if (group.isEmpty()) {
            return;
        }
        List<LogPlace> places = new ArrayList<>(group.size());
        FrameWriter out = writable();
        for (Append append : group) {
            out = writable();
            Segment segment = segments.getLast();
            places.add(new LogPlace(segment.file(), out.size(), append.length()));
            out.writeMarked(append.head(), append.payload(), append.offset(), append.length());
            segment.add(append.header());
        }
        out.flush();
        CrashPoint.WAL_APPENDED.reach();
        out.sync();
        CrashPoint.WAL_SYNCED.reach();
        epoch.check(out); // who takes over from here on reads these blocks; if one did before, they are void
        for (int i = 0; i < places.size(); i++) {
            group.get(i).durable().complete(places.get(i));
        }
        Thread.interrupted(); // what was attached to the futures may have left it; it could close a file
    }

    /** The open segment, or a new one if that is full. */
    private FrameWriter writable() throws IOException {
        FrameWriter open = file;
        return open == null || isOver(segmentBytes) ? nextSegment() : open;
    }

    private boolean isOver(long bytes) {
        return file != null && file.size() >= bytes && !segments.getLast().isEmpty();
    }

    /** Makes the open segment durable, and then begins the next, which tells its length. */
    private FrameWriter nextSegment() throws IOException {
        closeFile();
        epoch.check(); // or it would only be void
        Segment next = new Segment(
                new EpochFile(segments.isEmpty() ? 1 : segments.getLast().number() + 1, epoch.number()));
        begin(next.file());
        FrameWriter begun = new FrameWriter(store, next.path(), epoch.identity());
        file = begun;
        begun.writeMarked(new LogRecord.Start(next.number(), previousBytes, runs).encode(), new byte[0], 0, 0);
        begun.flush();
        begun.sync();
        segments.add(next);
        CrashPoint.WAL_ROLLED.reach();
        return begun;
    }

    /** Remembers where this run began. */
    private void begin(EpochFile segment) {
        if (runs.isEmpty() || runs.get(runs.size() - 1).epoch() < segment.epoch()) {
            runs.add(segment);
        }
        if (runs.size() > MOST_RUNS) {
            runs.remove(0);
        }
    }

    private void closeFile() throws IOException {
        FrameWriter open = file;
        if (open != null) {
            file = null;
            try (open) {
                open.flush();
                open.sync();
            }
            previousBytes = open.size();
        }
    }

    /** Deletes segments from the oldest on. The newest stays, so that no number is ever used twice. */
    private void retire(Map<String, Long> before) throws IOException {
        if (before.isEmpty()) {
            return;
        }
        before.forEach((stream, sequence) -> firstNeeded.merge(stream, sequence, Math::max));
        if (isOver(segmentBytes / 2) && segments.getLast().isRetired(firstNeeded)) {
            nextSegment();
        }
        try {
            while (segments.size() > 1 && segments.getFirst().isRetired(firstNeeded)) {
                epoch.check();
                deleteVoid(segments.getFirst().file());
                store.delete(segments.getFirst().path());
                segments.removeFirst();
                store.sync(Segment.DIRECTORY); // or a later one could go first, and leave a gap
                CrashPoint.WAL_RETIRED.reach();
            }
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a file of the write-ahead log " + store.location() + " cannot be deleted; it is tried again",
                    e);
        }
    }

    /**
     * Deletes what fenced programs have written under the numbers up to this segment's, before the segment itself is deleted.
     */
    private void deleteVoid(EpochFile until) throws IOException {
        boolean deleted = false;
        for (EpochFile there : EpochFile.of(store.list(Segment.DIRECTORY))) {
            if (there.number() <= until.number() && there.compareTo(until) != 0 && there.epoch() <= epoch.number()) {
                store.delete(Segment.path(there));
                deleted = true;
            }
        }
        if (deleted) {
            store.sync(Segment.DIRECTORY);
        }
    }

    /** Whatever was not said to be durable has failed, and so has all that comes. */
    private void fail(List<Append> taken, Throwable cause) {
        String problem = cause instanceof CheckpointException known
                ? Causes.text(known)
                : "the write-ahead log " + store.location() + "/" + Segment.DIRECTORY + " cannot be written: " + cause
                        + "; nothing that is received is logged any more; "
                        + (cause instanceof OutOfMemoryError ? "raise -Xmx" : "mend the disk, or make room on it")
                        + ", and start the program again";
        Supplier<RuntimeException> reason = () -> new CheckpointException(problem, cause);
        queue.refuse(reason);
        taken.forEach(append -> append.durable().completeExceptionally(reason.get()));
        for (AppendQueue.Work work = queue.take(); work != null; work = queue.take()) {
            work.appends().forEach(append -> append.durable().completeExceptionally(reason.get()));
        }
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
    }
}
