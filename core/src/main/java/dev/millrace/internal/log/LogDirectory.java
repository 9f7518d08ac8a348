/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import dev.millrace.error.CheckpointException;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a log, which holds segments, whose names are their numbers and the epochs of their writers.
 *
 * @param files of the checkpoint
 * @param name of the directory in it
 * @param kind what the log is called in messages
 */
public record LogDirectory(CheckpointFiles files, String name, String kind) {
    /** Takes the frames of a log one after the other. */
    public interface Frames {
        /** Is told of a segment before its frames. */
        default void begin(FileHeader header) {}

        /**
         * @param at where the frame begins in the segment
         * @throws CheckpointException if it cannot stand there
         */
        void take(EpochFile segment, long at, byte[] frame) throws IOException;
    }

    FileStore store() {
        return files.store();
    }

    public String path(EpochFile segment) {
        return name + "/" + segment.name();
    }

    /** All segments in order, also void ones. Other names are left out. */
    public List<EpochFile> all() throws IOException {
        return EpochFile.of(store().list(name));
    }

    /**
     * The header of a segment; null if the file was cut off before the header ended.
     *
     * @param mayBeTorn whether that is no damage
     */
    @Nullable
    FileHeader header(EpochFile segment, boolean mayBeTorn) throws IOException {
        try (FrameReader reader = open(segment, mayBeTorn)) {
            return reader.header();
        }
    }

    private FrameReader open(EpochFile segment, boolean mayBeTorn) throws IOException {
        FrameReader reader = files.read(path(segment), mayBeTorn);
        FileHeader header = reader.header();
        if (header != null && header.segment() != segment.number()) {
            reader.close();
            throw damaged(segment, 0, "it does not begin as segment " + segment.number() + " of " + kind);
        }
        return reader;
    }

    /**
     * Reads what counts of a segment. Only of the last one it is not known how long it was, so only that may end in an append
     * that was cut off. A fenced program wrote whatever stands behind the known length.
     *
     * @param length what the next segment tells; -1 if there is none
     * @return how many bytes count
     * @throws CheckpointException if it is damaged
     */
    long read(EpochFile segment, long length, Frames frames) throws IOException {
        try (FrameReader reader = open(segment, length < 0)) {
            if (reader.header() != null) {
                frames.begin(reader.header());
            }
            long at = reader.position();
            while (length < 0 || at < length) {
                byte[] frame = reader.next();
                if (frame == null) {
                    break;
                }
                frames.take(segment, at, frame);
                at = reader.position();
            }
            if (length >= 0 && at != length) {
                throw damaged(segment, at, "it had " + length + " bytes when the next file was begun");
            }
            return at;
        }
    }

    /** Reads a segment that may be the last one. */
    public long read(EpochFile segment, Frames frames) throws IOException {
        return read(segment, -1, frames);
    }

    /** Reads a segment once more from a frame on, up to another. */
    void again(EpochFile segment, long from, long until, Frames frames) throws IOException {
        try (FrameReader whole = open(segment, true);
                FrameReader reader = from < 0 ? whole : whole.again(from)) {
            for (long at = reader.position(); at < until; at = reader.position()) {
                byte[] frame = reader.next();
                if (frame == null) {
                    throw damaged(segment, at, "it has become shorter while it was read");
                }
                frames.take(segment, at, frame);
            }
        }
    }

    /** The {@code length} bytes at the end of the frame at {@code offset}, checked, in a segment that may go on growing. */
    public byte[] readBody(EpochFile segment, long offset, int length) throws IOException {
        return FrameReader.readBody(store(), path(segment), offset, length);
    }

    public CheckpointException damaged(EpochFile segment, long at, String what) {
        return FrameReader.damaged(store(), path(segment), at, what);
    }

    /** Makes deletions durable. */
    public void sync() throws IOException {
        try {
            store().sync(name);
        } catch (NoSuchFileException e) {
            // nothing is left there, and a store that has no empty directories had not made it durable
        }
    }

    /**
     * Deletes segments in an order in which a crash, which may undo any of the latest deletions, brings no void one to life: void
     * ones first and durably, and then, from the oldest on, those that count.
     *
     * @param until the number of the last one to delete
     * @param counting the segments that are not void
     * @param epoch of the program that deletes; nothing of one that has taken over is deleted
     * @param deleted is told after each
     */
    public void deleteUntil(long until, List<EpochFile> counting, long epoch, Runnable deleted) throws IOException {
        boolean any = false;
        for (EpochFile segment : all()) {
            if (segment.number() <= until && segment.epoch() <= epoch && !counting.contains(segment)) {
                store().delete(path(segment));
                deleted.run();
                any = true;
            }
        }
        if (any) {
            sync();
        }
        for (EpochFile segment : counting) {
            if (segment.number() <= until && segment.epoch() <= epoch) {
                store().delete(path(segment));
                deleted.run();
            }
        }
    }
}
