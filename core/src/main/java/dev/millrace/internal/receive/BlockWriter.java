/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.LogDirectory;
import dev.millrace.internal.log.LogWriter;
import dev.millrace.internal.receive.AppendQueue.Append;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Writes what comes through the queue, and is the only one that changes the log's files. All that is there is written and
 * then synced once; then its futures are completed, in order. After a failure nothing is written any more. Log's thread.
 */
final class BlockWriter {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.receiver");

    private final LogDirectory directory;
    private final LogWriter log;
    private final long segmentBytes;
    private final Epoch epoch;
    private final AppendQueue queue;
    private final Deque<Segment> segments;
    private final Map<String, Long> firstNeeded = new HashMap<>();

    BlockWriter(long segmentBytes, Epoch epoch, AppendQueue queue, LogScan scan) throws IOException {
        this.segmentBytes = segmentBytes;
        this.epoch = epoch;
        this.queue = queue;
        directory = scan.log().directory();
        segments = new ArrayDeque<>(scan.segments());
        long number = segments.isEmpty() ? 0 : segments.getLast().file().number();
        log = new LogWriter(scan.log(), scan.read(), number, segmentBytes, epoch);
    }

    /** Writes all that waits, and deletes what is not needed. */
    void work() {
        AppendQueue.Work work = queue.take();
        try {
            write(work.appends());
            retire(work.firstNeeded());
        } catch (Throwable e) { // whatever it is: receivers wait for the end of this
            fail(work.appends(), e);
        }
    }

    /** Ends the log; nothing is added to the queue any more. */
    void end() {
        work();
        try {
            log.close();
        } catch (Throwable e) { // as above
            fail(List.of(), e);
        }
    }

    private void write(List<Append> group) throws IOException {
        if (group.isEmpty()) {
            return;
        }
        List<LogPlace> places = new ArrayList<>(group.size());
        for (Append append : group) {
            long at = log.append(append.head(), append.payload(), append.offset(), append.length());
            Segment segment = openSegment();
            places.add(new LogPlace(segment.file(), at, append.length()));
            segment.add(append.header());
        }
        log.flush();
        CrashPoint.WAL_APPENDED.reach();
        log.sync();
        CrashPoint.WAL_SYNCED.reach();
        log.check(); // a program that takes over from here on reads these blocks; if one has before, they are void
        for (int i = 0; i < places.size(); i++) {
            group.get(i).durable().complete(places.get(i));
        }
        Thread.interrupted(); // what was attached to the futures may have left it; it could close a file
    }

    /** The segment that the log has begun last. */
    private Segment openSegment() {
        EpochFile file = log.last();
        if (segments.isEmpty() || !segments.getLast().file().equals(file)) {
            segments.add(new Segment(file));
            CrashPoint.WAL_ROLLED.reach();
        }
        return segments.getLast();
    }

    /** Deletes segments from the oldest on. The newest stays, so that no number is ever used twice. */
    private void retire(Map<String, Long> before) throws IOException {
        if (before.isEmpty()) {
            return;
        }
        before.forEach((stream, sequence) -> firstNeeded.merge(stream, sequence, Math::max));
        if (isOpenForNothing()) {
            log.roll();
            openSegment();
        }
        try {
            while (segments.size() > 1 && segments.getFirst().isRetired(firstNeeded)) {
                epoch.check();
                directory.deleteUntil(
                        segments.getFirst().file().number(),
                        segments.stream().map(Segment::file).toList(),
                        epoch.number(),
                        () -> {});
                segments.removeFirst();
                directory.sync(); // or a later one could go first, and leave a gap
                CrashPoint.WAL_RETIRED.reach();
            }
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a file of the write-ahead log " + directory.files().store().location()
                            + " cannot be deleted; it is tried again",
                    e);
        }
    }

    /** Returns whether the open segment is large, and nothing in it is needed. */
    private boolean isOpenForNothing() {
        long bytes = log.openBytes();
        return bytes > 0
                && bytes >= segmentBytes / 2
                && !segments.getLast().isEmpty()
                && segments.getLast().isRetired(firstNeeded);
    }

    /** Whatever was not said to be durable has failed, and so has all that comes. */
    private void fail(List<Append> taken, Throwable cause) {
        String problem = cause instanceof CheckpointException known
                ? Causes.text(known)
                : "the write-ahead log " + directory.files().store().location() + "/" + directory.name()
                        + " cannot be written: " + cause
                        + "; nothing that is received is logged any more; "
                        + (cause instanceof OutOfMemoryError ? "raise -Xmx" : "mend the disk, or make room on it")
                        + ", and start the program again";
        Supplier<RuntimeException> reason = () -> new CheckpointException(problem, cause);
        queue.refuse(reason);
        taken.forEach(append -> append.durable().completeExceptionally(reason.get()));
        queue.take().appends().forEach(append -> append.durable().completeExceptionally(reason.get()));
        try {
            log.abandon();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
