/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.error.CodecException;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.internal.log.LogDirectory;
import dev.millrace.internal.log.LogSegments;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The journal of a checkpoint: a log of {@link JournalRecord}s, whose numbers it shares with the snapshots. */
final class Journals {
    static final String DIRECTORY = "journal";

    private Journals() {}

    static LogDirectory directory(CheckpointFiles files) {
        return new LogDirectory(files, DIRECTORY, "a journal");
    }

    static String path(EpochFile file) {
        return DIRECTORY + "/" + file.name();
    }

    /**
     * Takes a record. The changes of a batch or a start come just before the record that decides it; without such a record they do
     * not come.
     */
    interface Each {
        void take(JournalRecord record) throws IOException;
    }

    /** The work between two records. */
    interface AfterRecord {
        void run() throws IOException;
    }

    /**
     * Applies the journals behind the snapshot that an image was made from, up to and including {@code until}, in order.
     *
     * @param afterEach is done after each record
     * @return null if there is none
     */
    static LogSegments.@Nullable Read apply(
            CheckpointImage image, LogSegments segments, long until, AfterRecord afterEach) throws IOException {
        return segments.read(
                image.snapshot,
                until,
                missing -> {
                    if (!image.isPast()) { // behind a roll back come plans of the same batches
                        throw missing(segments.directory(), missing);
                    }
                },
                records(segments, record -> {
                    record.applyTo(image);
                    afterEach.run();
                }));
    }

    private static CheckpointException missing(LogDirectory directory, EpochFile segment) {
        return new CheckpointException("the checkpoint "
                + directory.files().store().location() + " lacks the file " + directory.path(segment) + "; "
                + FrameReader.REMEDY);
    }

    /** Takes the frames of successive files, and gives the records that count. */
    static LogDirectory.Frames records(LogSegments segments, Each each) {
        UndecidedChanges undecided = new UndecidedChanges();
        return (segment, at, frame) -> {
            JournalRecord record = decode(segments.directory(), segment, at, frame);
            if (!undecided.isNext(record, segment, at)) {
                throw segments.directory().damaged(segment, at, undecided.missing(record));
            }
            UndecidedChanges.Decided decided = undecided.decidedBy(record);
            if (decided != null) {
                giveChanges(segments, decided, segment, at, each);
            }
            if (!UndecidedChanges.isUndecided(record)) {
                each.take(record);
            }
        };
    }

    /** Reads changes once more, now that they are decided: there may be more of them than memory holds. */
    private static void giveChanges(
            LogSegments segments, UndecidedChanges.Decided decided, EpochFile segment, long at, Each each)
            throws IOException {
        segments.again(decided.segment(), decided.from(), segment, at, (file, offset, frame) -> {
            JournalRecord record = decode(segments.directory(), file, offset, frame);
            if (decided.kind().isInstance(record)) { // plans may stand between
                each.take(record);
            }
        });
    }

    private static JournalRecord decode(LogDirectory directory, EpochFile file, long at, byte[] frame) {
        try {
            return JournalDecoder.decode(frame);
        } catch (CodecException | ClassCastException | IndexOutOfBoundsException | NullPointerException e) {
            throw directory.damaged(file, at, "it holds something other than a journal's records (" + e + ")");
        }
    }
}
