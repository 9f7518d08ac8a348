/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of a log, where one program appends. It writes segments of its own, the first of them with its first frame, and
 * tells in each how long the one before was and which of the last programs have begun where. Frames are gathered until they are
 * synced, all of them at once. After a write that failed nothing more is written. Safe for several threads; a sync holds up no
 * append.
 *
 * <p>In a store that cannot append a sync ends the segment, which is there from then on, and the next frame begins another. One
 * segment is made after the other, so that there is never a gap.
 */
public final class LogWriter implements AutoCloseable {
    /** So many of the last programs are noted in a segment. By that a program that was stopped, and goes on much later, is known to have been fenced. */
    private static final int MOST_RUNS = 100;

    private static final byte[] NOTHING = {};

    private final LogDirectory directory;
    private final boolean appends;
    private final Object oneAfterTheOther = new Object(); // held by a sync that ends a segment; locked before this
    private final Epoch epoch;
    private final long segmentBytes;
    private final List<EpochFile> runs;
    private EpochFile last;
    private long previousBytes;
    private @Nullable FrameWriter open;
    private volatile @Nullable FrameWriter synced;
    private final FirstFailure failure = new FirstFailure();
    private boolean isEmpty;
    private int closedSegments;
    private long closedBytes;

    /**
     * @param segments what is there
     * @param read the last that was read of them; null if nothing is there to go on behind
     * @param number the highest number that is taken
     * @param segmentBytes how long a segment is before another is begun
     */
    public LogWriter(LogSegments segments, LogSegments.@Nullable Read read, long number, long segmentBytes, Epoch epoch)
            throws IOException {
        this(segments.directory(), segments.runs(), number, read == null ? -1 : read.lastBytes(), segmentBytes, epoch);
        if (read != null) {
            directory.store().sync(directory.path(read.last())); // the next segment will rely on what was read
        }
    }

    /** Begins a log anew: its segments up to {@code number} count no more once the first frame is written. */
    public LogWriter(LogDirectory directory, long number, Epoch epoch) {
        this(directory, List.of(), number, -1, Long.MAX_VALUE, epoch);
    }

    private LogWriter(
            LogDirectory directory,
            List<EpochFile> runs,
            long number,
            long previousBytes,
            long segmentBytes,
            Epoch epoch) {
        this.directory = directory;
        appends = directory.store().canAppend();
        this.epoch = epoch;
        this.segmentBytes = segmentBytes;
        this.runs = new ArrayList<>(runs);
        last = new EpochFile(number, 0);
        this.previousBytes = previousBytes;
    }

    /** Adds a frame, which outlives neither this process nor the machine yet; tells where it begins. */
    public synchronized long append(byte[] head, byte[] body, int offset, int length) throws IOException {
        FrameWriter out = open;
        if (out == null || appends && !isEmpty && out.size() >= segmentBytes) {
            out = next();
        }
        long at = out.size();
        out.write(head, body, offset, length);
        isEmpty = false;
        return at;
    }

    /** Adds a frame that outlives this process. */
    public synchronized void append(byte[] payload) throws IOException {
        append(payload, NOTHING);
    }

    /** Adds a frame whose payload comes in two parts, neither of which is copied; it outlives this process. */
    public synchronized void append(byte[] head, byte[] body) throws IOException {
        append(head, body, 0, body.length);
        flush();
    }

    /** Passes on what was gathered, so that it outlives this process. */
    public synchronized void flush() throws IOException {
        if (open != null) {
            open.flush();
        }
    }

    /** Has another segment begin, with the next frame at the latest; the one before is durable. */
    public void roll() throws IOException {
        if (appends) {
            synchronized (this) {
                next();
            }
        } else {
            sync();
        }
    }

    private FrameWriter next() throws IOException {
        closeSegment();
        failure.check();
        if (appends || last.epoch() < epoch.number()) {
            epoch.check(); // or it would only be void, or make the directory anew after it was moved away
        }
        EpochFile segment = new EpochFile(last.number() + 1, epoch.number());
        if (runs.isEmpty() || runs.get(runs.size() - 1).epoch() < segment.epoch()) {
            runs.add(segment);
        }
        if (runs.size() > MOST_RUNS) {
            runs.remove(0);
        }
        FrameWriter begun = begin(segment);
        last = segment;
        isEmpty = true;
        return begun;
    }

    private FrameWriter begin(EpochFile segment) throws IOException {
        String path = directory.path(segment);
        FileHeader header = new FileHeader(epoch.identity(), path, segment.number(), previousBytes, List.copyOf(runs));
        try {
            FrameWriter begun = new FrameWriter(directory.store(), path, header);
            open = begun;
            if (appends) {
                begun.sync();
            }
            return begun;
        } catch (Throwable e) {
            failure.is(e);
            throw e;
        }
    }

    private void closeSegment() throws IOException {
        FrameWriter closed = takeOpen();
        if (closed != null) {
            end(closed);
        }
    }

    private void end(FrameWriter segment) throws IOException {
        try (segment) {
            try {
                segment.flush();
                segment.sync();
            } catch (Throwable e) { // further frames would stand behind a gap
                failure.is(e);
                throw e;
            }
        }
    }

    /** The open segment, which nothing is added to any more; null if there is none. */
    private @Nullable FrameWriter takeOpen() {
        FrameWriter taken = open;
        if (taken != null) {
            open = null;
            previousBytes = taken.size();
            closedSegments++;
            closedBytes += previousBytes;
        }
        return taken;
    }

    /** Makes durable what was appended before; free if that is nothing. */
    public void sync() throws IOException {
        if (!appends) {
            synchronized (oneAfterTheOther) {
                makeSegment();
            }
            return;
        }
        FrameWriter file;
        synchronized (this) {
            failure.check();
            file = open;
            flush();
        }
        if (file != null) {
            file.sync();
            synced = file;
        }
    }

    private void makeSegment() throws IOException {
        FrameWriter file;
        synchronized (this) {
            failure.check(); // a segment before this one may not be there
            file = takeOpen();
        }
        if (file != null) {
            end(file);
            synced = file;
        }
    }

    /**
     * Returns if what was synced counts: no program had taken over, and it will be read.
     *
     * @see Epoch#check(FrameWriter)
     */
    public void check() throws IOException {
        FrameWriter file = synced;
        if (file == null) {
            epoch.check();
        } else {
            epoch.check(file);
        }
    }

    /** The segment that was begun last, of whatever program. */
    public synchronized EpochFile last() {
        return last;
    }

    /** The bytes of the segment that is open, or 0. */
    public synchronized long openBytes() {
        return open == null ? 0 : open.size();
    }

    /** Returns how many segments of this program are no longer open. */
    public synchronized int closedSegments() {
        return closedSegments;
    }

    /** Returns the bytes of the segments of this program that are no longer open. */
    public synchronized long closedBytes() {
        return closedBytes;
    }

    /** Ends without writing anything more. */
    public synchronized void abandon() throws IOException {
        FrameWriter file = takeOpen();
        if (file != null) {
            file.close();
        }
    }

    /** Makes durable what was appended, if no write has failed, and ends. */
    @Override
    public void close() throws IOException {
        synchronized (oneAfterTheOther) {
            synchronized (this) {
                if (failure.isMet() || open != null && open.isBroken()) {
                    abandon();
                } else {
                    closeSegment();
                }
            }
        }
    }
}
