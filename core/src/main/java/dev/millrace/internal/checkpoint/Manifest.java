/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.internal.log.FrameWriter;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The description of a snapshot, which its file {@code manifest} holds.
 *
 * @param start which program it is for
 * @param lastDecided its batch, in milliseconds
 * @param decided how many batches had been decided, from the very first on
 * @param files where the entries are
 * @param runs the ids of those that have owned the checkpoint, by epoch
 * @param dropped inputs and steps, each with the first block of the log that is not, or -1
 * @param skipped the batches that were skipped
 * @param behind what follows the snapshot as if it stood in a journal; only a roll back has that
 * @param ofRollBack whether it holds less than the journals before it
 */
record Manifest(
        JournalRecord.Start start,
        long lastDecided,
        long decided,
        List<Entries> files,
        Map<Long, UUID> runs,
        Map<String, Long> dropped,
        Collection<SkippedBatch> skipped,
        List<JournalRecord> behind,
        boolean ofRollBack) {
    private static final ValueCodec CODEC = ValueCodec.builtIn();

    /**
     * A file of entries.
     *
     * @param name of the step or input
     * @param content what the file must hold
     */
    record Entries(String name, String file, EntryFile.Content content) {
        private List<Object> encode() {
            EntryFile.Seal seal = content.seal();
            return List.of(name, file, content.entries(), seal.bytes(), seal.checksum());
        }

        private static Entries decode(List<?> parts) {
            EntryFile.Seal seal = new EntryFile.Seal((long) parts.get(3), (int) parts.get(4));
            return new Entries(
                    (String) parts.get(0), (String) parts.get(1), new EntryFile.Content((long) parts.get(2), seal));
        }
    }

    /**
     * @param path where it is written
     * @param name the path under which it will be read
     */
    void write(FileStore store, String path, CheckpointIdentity writer, String name) throws IOException {
        List<List<Object>> entries = files.stream().map(Entries::encode).toList();
        try (FrameWriter file = new FrameWriter(store, path, writer, name)) {
            file.append(start.encode());
            file.append(CODEC.encode(List.of(
                    lastDecided,
                    entries,
                    decided,
                    ofRollBack,
                    runs,
                    dropped,
                    skipped.stream().map(SkippedBatch::encode).toList())));
            for (JournalRecord record : behind) {
                file.append(record.encode());
            }
            file.sync();
        }
    }

    static Manifest read(CheckpointFiles all, String path) throws IOException {
        try (FrameReader reader = all.read(path, false)) {
            if (!(JournalDecoder.decode(required(reader, path)) instanceof JournalRecord.Start start)
                    || !(CODEC.decode(required(reader, path)) instanceof List<?> fields)) {
                throw new CheckpointException("the manifest " + path + " does not begin as one");
            }
            List<JournalRecord> behind = new ArrayList<>();
            for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
                behind.add(JournalDecoder.decode(frame));
            }
            return decode(start, fields, behind);
        }
    }

    @SuppressWarnings("unchecked")
    private static Manifest decode(JournalRecord.Start start, List<?> fields, List<JournalRecord> behind) {
        return new Manifest(
                start,
                (long) fields.get(0),
                (long) fields.get(2),
                ((List<List<?>>) fields.get(1)).stream().map(Entries::decode).toList(),
                (Map<Long, UUID>) fields.get(4),
                (Map<String, Long>) fields.get(5),
                ((List<List<?>>) fields.get(6))
                        .stream().map(SkippedBatch::decode).toList(),
                behind,
                (boolean) fields.get(3));
    }

    private static byte[] required(FrameReader reader, String path) throws IOException {
        byte[] frame = reader.next();
        if (frame == null) {
            throw new CheckpointException("the manifest " + path + " ends too early");
        }
        return frame;
    }
}
