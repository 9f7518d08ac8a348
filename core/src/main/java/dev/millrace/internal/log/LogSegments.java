/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import dev.millrace.error.CheckpointException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a log that count, as they were when they were looked at: without void ones, which programs have written that
 * were fenced, and without a newest one that was cut off in its header, which holds nothing. Immutable.
 */
public final class LogSegments {
    private final LogDirectory directory;
    private final List<EpochFile> segments;
    private final List<EpochFile> runs;
    private final List<EpochFile> unstarted;

    /** Is called where a number is missing. */
    public interface Gap {
        /** @param segment the first of those that are missing, of an unknown epoch */
        void before(EpochFile segment);
    }

    /**
     * Tells how much of a log was read.
     *
     * @param files how many segments
     * @param bytes of all of them
     * @param last the last of them
     * @param lastBytes how many bytes of it count
     */
    public record Read(int files, long bytes, EpochFile last, long lastBytes) {}

    private LogSegments(
            LogDirectory directory, List<EpochFile> segments, List<EpochFile> runs, List<EpochFile> unstarted) {
        this.directory = directory;
        this.segments = segments;
        this.runs = runs;
        this.unstarted = unstarted;
    }

    /** Looks at a log, and writes nothing. */
    public static LogSegments of(LogDirectory directory) throws IOException {
        return of(directory, List.of());
    }

    /** @param others files of the same numbering, which tell of fencing too */
    public static LogSegments of(LogDirectory directory, List<EpochFile> others) throws IOException {
        return of(directory, others, false);
    }

    /** Counts the newest ones too whose headers cannot be read: which of the others are void, the newest that can be read tells then. */
    static LogSegments withDamaged(LogDirectory directory, List<EpochFile> others) throws IOException {
        return of(directory, others, true);
    }

    private static LogSegments of(LogDirectory directory, List<EpochFile> others, boolean mayBeDamaged)
            throws IOException {
        List<EpochFile> there = new ArrayList<>(directory.all());
        List<EpochFile> unstarted = new ArrayList<>();
        List<EpochFile> damaged = new ArrayList<>();
        List<EpochFile> fencing = new ArrayList<>(others);
        while (true) {
            List<EpochFile> live = EpochFile.live(there, fencing);
            if (live.isEmpty()) {
                return new LogSegments(directory, damaged, List.of(), unstarted);
            }
            EpochFile newest = live.get(live.size() - 1);
            try {
                FileHeader start = directory.header(newest, true);
                if (start != null) {
                    fencing.addAll(start.runs());
                    List<EpochFile> counting = new ArrayList<>(EpochFile.live(ofKnown(there, start.runs()), fencing));
                    counting.addAll(damaged);
                    return new LogSegments(directory, counting, start.runs(), unstarted);
                }
                unstarted.add(newest);
            } catch (CheckpointException | FileSystemException e) {
                if (!mayBeDamaged) {
                    throw e;
                }
                damaged.add(0, newest);
                fencing.add(newest);
            }
            there.remove(newest);
        }
    }

    /**
     * Leaves out what programs have written that had begun nothing when a later one began: they were fenced by then, and had
     * taken their numbers before.
     */
    private static List<EpochFile> ofKnown(List<EpochFile> segments, List<EpochFile> runs) {
        Set<Long> known = runs.stream().map(EpochFile::epoch).collect(Collectors.toSet());
        long first = Collections.min(known);
        long last = Collections.max(known);
        return segments.stream()
                .filter(segment -> segment.epoch() < first || segment.epoch() > last || known.contains(segment.epoch()))
                .toList();
    }

    /**
     * Deletes the newest segments that were cut off in their headers, durably: their numbers are given again.
     *
     * @param epoch of this program; a segment stays that a program begins which has taken over
     */
    public LogSegments deleteUnstarted(long epoch) throws IOException {
        boolean deleted = false;
        for (EpochFile segment : unstarted) {
            if (segment.epoch() <= epoch) {
                directory.store().delete(directory.path(segment));
                deleted = true;
            }
        }
        if (deleted) {
            directory.sync();
        }
        return this;
    }

    /** Makes the newest segment durable as it is seen, before a reader relies on it: its writer may have died before its sync, or that has failed. */
    public void syncNewest() throws IOException {
        if (!segments.isEmpty()) {
            directory.store().sync(directory.path(segments.get(segments.size() - 1)));
        }
    }

    public LogDirectory directory() {
        return directory;
    }

    /** The segments in order. */
    public List<EpochFile> files() {
        return segments;
    }

    /** The newest, also if it was cut off in its header; null if there is none. */
    public @Nullable EpochFile newest() {
        if (!unstarted.isEmpty()) {
            return unstarted.get(0);
        }
        return segments.isEmpty() ? null : segments.get(segments.size() - 1);
    }

    /** The segments that were cut off in their headers. */
    List<EpochFile> unstarted() {
        return unstarted;
    }

    /** For each program that has begun segments the first of them; programs that are long past are left out. */
    List<EpochFile> runs() {
        return runs;
    }

    /**
     * Reads the segments with numbers above {@code from}, up to and including {@code until}, with all checksums.
     *
     * @return null if there is none
     * @throws dev.millrace.error.CheckpointException if one is damaged
     */
    public @Nullable Read read(long from, long until, Gap gap, LogDirectory.Frames frames) throws IOException {
        Read read = null;
        long expected = from + 1;
        for (EpochFile segment : segments) {
            if (segment.number() <= from || segment.number() > until) {
                continue;
            }
            if (segment.number() != expected) {
                gap.before(new EpochFile(expected, 0));
            }
            expected = segment.number() + 1;
            long bytes = read(segment, frames);
            read = read == null
                    ? new Read(1, bytes, segment, bytes)
                    : new Read(read.files() + 1, read.bytes() + bytes, segment, bytes);
        }
        return read;
    }

    /** Reads one of the segments; tells how many bytes of it count. */
    public long read(EpochFile segment, LogDirectory.Frames frames) throws IOException {
        return directory.read(segment, length(segment), frames);
    }

    /** Returns how many bytes of a segment count, as the next one tells; -1 if none follows. */
    long length(EpochFile segment) throws IOException {
        int next = segments.indexOf(segment) + 1;
        if (next == segments.size() || segments.get(next).number() != segment.number() + 1) {
            return -1;
        }
        FileHeader start = directory.header(segments.get(next), false);
        return start == null ? -1 : start.previousBytes();
    }

    /** Returns how far each of the segments goes now. Only those are read to their ends of which no other segment tells. */
    public List<Extent> extents() throws IOException {
        List<Extent> extents = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            EpochFile segment = segments.get(i);
            boolean isClosed = !directory.store().canAppend()
                    || i + 1 < segments.size() && segments.get(i + 1).epoch() == segment.epoch();
            long told = isClosed ? length(segment) : -1;
            long bytes = told >= 0 ? told : read(segment, (file, at, frame) -> {});
            extents.add(new Extent(directory.path(segment), bytes, isClosed));
        }
        return extents;
    }

    /** Reads once more what stands from a frame in a segment on, before a frame in the same one or a later one. */
    public void again(EpochFile from, long at, EpochFile until, long before, LogDirectory.Frames frames)
            throws IOException {
        for (int i = segments.indexOf(from); i <= segments.indexOf(until); i++) {
            EpochFile segment = segments.get(i);
            directory.again(
                    segment, segment.equals(from) ? at : -1, segment.equals(until) ? before : length(segment), frames);
        }
    }
}
