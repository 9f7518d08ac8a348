/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.frames.FrameReader;
import dev.millrace.internal.frames.FrameWriter;
import dev.millrace.internal.owner.EpochFile;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot is.
 *
 * @param snapshot which one this is; null in versions that did not say so
 * @param start which program it is for
 * @param lastDecided its batch, in milliseconds
 * @param decided how many batches had been decided, from the very first on; versions before there was this said nothing, and
 *     count from there
 * @param files where the entries are
 * @param behind what follows the snapshot as if it stood in a journal; only a roll back has that
 * @param ofRollBack whether it holds less than the journals before it; null in versions that did not say so
 */
record Manifest(
        @Nullable EpochFile snapshot,
        JournalRecord.Start start,
        long lastDecided,
        long decided,
        List<Entries> files,
        List<JournalRecord> behind,
        @Nullable Boolean ofRollBack) {
    private static final ValueCodec CODEC = ValueCodec.builtIn();

    /**
     * A file of entries.
     *
     * @param name of the step or input
     * @param content what the file must hold
     */
    record Entries(String name, String file, EntryFile.Content content) {
        private List<Object> encode() {
            EntryFile.Seal seal = Objects.requireNonNull(content.seal());
            return List.of(name, file, content.entries(), seal.bytes(), seal.checksum());
        }

        private static Entries decode(List<?> parts) {
            EntryFile.Seal seal = parts.size() < 5 ? null : new EntryFile.Seal((long) parts.get(3), (int) parts.get(4));
            long entries = ((Number) parts.get(2)).longValue();
            return new Entries((String) parts.get(0), (String) parts.get(1), new EntryFile.Content(entries, seal));
        }
    }

    void write(FileStore store, String path) throws IOException {
        EpochFile own = Objects.requireNonNull(snapshot);
        List<List<Object>> entries = files.stream().map(Entries::encode).toList();
        try (FrameWriter writer = new FrameWriter(store, path)) {
            writer.append(start.encode());
            writer.append(CODEC.encode(List.of(
                    lastDecided, entries, decided, own.number(), own.epoch(), Objects.requireNonNull(ofRollBack))));
            for (JournalRecord record : behind) {
                writer.append(record.encode());
            }
            writer.sync();
        }
    }

    static Manifest read(FileStore store, String path) throws IOException {
        try (FrameReader reader = new FrameReader(store, path, false)) {
            if (!(JournalRecord.decode(required(reader, path)) instanceof JournalRecord.Start start)
                    || !(CODEC.decode(required(reader, path)) instanceof List<?> fields)) {
                throw new CheckpointException("the manifest " + path + " does not begin as one");
            }
            List<Entries> files = new ArrayList<>();
            for (Object file : (List<?>) fields.get(1)) {
                files.add(Entries.decode((List<?>) file));
            }
            List<JournalRecord> behind = new ArrayList<>();
            for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
                behind.add(JournalRecord.decode(frame));
            }
            return new Manifest(
                    fields.size() < 5 ? null : new EpochFile((long) fields.get(3), (long) fields.get(4)),
                    start,
                    (long) fields.get(0),
                    fields.size() < 3 ? 0 : (long) fields.get(2),
                    files,
                    behind,
                    fields.size() < 6 ? null : (Boolean) fields.get(5));
        }
    }

    private static byte[] required(FrameReader reader, String path) throws IOException {
        byte[] frame = reader.next();
        if (frame == null) {
            throw new CheckpointException("the manifest " + path + " ends too early");
        }
        return frame;
    }
}
