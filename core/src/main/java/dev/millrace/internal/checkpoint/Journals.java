/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.error.CodecException;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The journal files of a checkpoint. Each begins by telling how long the one before was when it was read or closed: if
 * both are of one program, that one must have this length; if not, what is behind it was written by a program that was
 * fenced, and is void. Only the newest may end in an append that was cut off.
 */
final class Journals {
    static final String DIRECTORY = "journal";

    private final CheckpointFiles files;
    private final FileStore store;

    Journals(CheckpointFiles files) {
        this.files = files;
        store = files.store();
    }

    static String path(EpochFile file) {
        return DIRECTORY + "/" + file.name();
    }

    /** All files, also void ones. */
    List<EpochFile> all() throws IOException {
        return EpochFile.of(store.list(DIRECTORY));
    }

    /**
     * Takes a record. What a batch has changed comes just before the record that decides it, and what a start has changed when
     * the last record of that is there; if there is none, it does not come.
     */
    interface Each {
        void take(JournalRecord record) throws IOException;
    }

    /** What is done between two records. */
    interface AfterRecord {
        void run() throws IOException;
    }

    /**
     * What was read.
     *
     * @param files how many files
     * @param bytes of all of them
     * @param last the last of them
     * @param lastBytes how long that is
     */
    record Read(int files, long bytes, EpochFile last, long lastBytes) {}

    /**
     * Applies the journals after number {@code from}, up to and including {@code until}, in order.
     *
     * @param live all journals that are not void
     * @param afterEach is done after each record
     * @return null if there is none
     */
    @Nullable
    Read apply(CheckpointImage image, List<EpochFile> live, long from, long until, AfterRecord afterEach)
            throws IOException {
        @Nullable Read read = null;
        long expected = from + 1;
        for (int i = 0; i < live.size(); i++) {
            EpochFile file = live.get(i);
            if (file.number() <= from || file.number() > until) {
                continue;
            }
            if (file.number() != expected && !image.isPast()) { // behind a roll back come plans of the same batches
                throw new CheckpointException("the checkpoint " + store.location() + " lacks the file "
                        + path(new EpochFile(expected, 0))
                        + "; " + FrameReader.REMEDY);
            }
            expected = file.number() + 1;
            long bytes = read(live, i, record -> {
                image.apply(record);
                afterEach.run();
            });
            read = read == null
                    ? new Read(1, bytes, file, bytes)
                    : new Read(read.files() + 1, read.bytes() + bytes, file, bytes);
        }
        return read;
    }

    /** Gives the records of a file that count; tells how many bytes they have. */
    long read(List<EpochFile> live, int index, Each each) throws IOException {
        EpochFile file = live.get(index);
        boolean last = index + 1 == live.size() || live.get(index + 1).number() != file.number() + 1;
        JournalRecord.@Nullable Start next = last ? null : start(live.get(index + 1));
        long length = next == null ? -1 : next.previousBytes();
        boolean fenced = length >= 0 && live.get(index + 1).epoch() != file.epoch();
        try (FrameReader reader = files.read(path(file), true)) {
            UndecidedChanges undecided = new UndecidedChanges();
            boolean empty = fenced && length < reader.position(); // it had no whole header then, and has one since
            while (!fenced || reader.position() < length) {
                long at = reader.position();
                byte[] frame = reader.next();
                if (frame == null) {
                    break;
                }
                JournalRecord record = decode(file, at, frame);
                if (!undecided.isNext(record, at)) {
                    throw FrameReader.damaged(store, path(file), at, undecided.missing(record));
                }
                UndecidedChanges.Decided decided = undecided.decidedBy(record);
                if (decided != null) {
                    giveChanges(file, reader, decided, each);
                }
                if (!UndecidedChanges.isUndecided(record)) {
                    each.take(record);
                }
            }
            if (length >= 0 && !empty && reader.position() != length) {
                throw new CheckpointException("the file " + store.location() + "/" + path(file) + " is damaged: "
                        + reader.position() + " bytes of it are right, and it had " + length
                        + "; " + FrameReader.REMEDY);
            }
            return reader.position();
        }
    }

    /** Reads changes once more, now that they are decided: there may be more of them than memory holds. */
    private void giveChanges(EpochFile file, FrameReader read, UndecidedChanges.Decided decided, Each each)
            throws IOException {
        try (FrameReader again = read.again(decided.from())) {
            for (int given = 0; given < decided.records(); ) {
                long at = again.position();
                byte[] frame = again.next();
                if (frame == null) {
                    throw FrameReader.damaged(store, path(file), at, "it has become shorter while it was read");
                }
                JournalRecord record = decode(file, at, frame);
                if (decided.kind().isInstance(record)) { // plans may stand between
                    each.take(record);
                    given++;
                }
            }
        }
    }

    /** The first record; null if the file was cut off before its end. */
    JournalRecord.@Nullable Start start(EpochFile file) throws IOException {
        try (FrameReader reader = files.read(path(file), true)) {
            byte[] frame = reader.next();
            if (frame == null) {
                return null;
            }
            if (decode(file, 0, frame) instanceof JournalRecord.Start start) {
                return start;
            }
            throw FrameReader.damaged(store, path(file), 0, "it does not begin as a journal");
        }
    }

    private JournalRecord decode(EpochFile file, long at, byte[] frame) {
        try {
            return JournalDecoder.decode(frame);
        } catch (CodecException | ClassCastException | IndexOutOfBoundsException | NullPointerException e) {
            throw FrameReader.damaged(
                    store, path(file), at, "it holds something other than a journal's records (" + e + ")");
        }
    }

    /**
     * Deletes the newest file if it was cut off before its first record: it holds nothing, and does not tell how long the one
     * before was. That of a program that has taken over is just beginning.
     *
     * @param epoch of this program
     */
    void deleteUnstarted(List<EpochFile> live, long epoch) throws IOException {
        if (!live.isEmpty()) {
            EpochFile newest = live.get(live.size() - 1);
            if (newest.epoch() <= epoch && start(newest) == null) {
                store.delete(path(newest));
                syncDeletion();
            }
        }
    }

    /** Else the file might come back when the next one of its number, which tells it apart, has been deleted in time. */
    private void syncDeletion() throws IOException {
        try {
            store.sync(DIRECTORY);
        } catch (NoSuchFileException e) {
            // it was the only file, and a store that has no empty directories had not made it durable
        }
    }
}
