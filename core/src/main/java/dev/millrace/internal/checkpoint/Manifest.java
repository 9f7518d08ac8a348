/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.frames.FrameReader;
import dev.millrace.internal.frames.FrameWriter;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a snapshot is.
 *
 * @param start which program it is for
 * @param lastDecided its batch, in milliseconds
 * @param decided how many batches had been decided, from the very first on; versions before there was this said nothing, and
 *     count from there
 * @param files where the entries are
 * @param behind what follows the snapshot as if it stood in a journal; only a roll back has that
 */
record Manifest(
        JournalRecord.Start start, long lastDecided, long decided, List<Entries> files, List<JournalRecord> behind) {
    private static final ValueCodec CODEC = ValueCodec.builtIn();

    /**
     * A file of entries.
     *
     * @param name of the step or input
     * @param size how many entries it has
     */
    record Entries(String name, String file, int size) {}

    void write(FileStore store, String path) throws IOException {
        List<Object> entries = new ArrayList<>();
        files.forEach(file -> entries.add(List.of(file.name(), file.file(), file.size())));
        try (FrameWriter writer = new FrameWriter(store, path)) {
            writer.append(start.encode());
            writer.append(CODEC.encode(List.of(lastDecided, entries, decided)));
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
                List<?> parts = (List<?>) file;
                files.add(new Entries((String) parts.get(0), (String) parts.get(1), (int) parts.get(2)));
            }
            List<JournalRecord> behind = new ArrayList<>();
            for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
                behind.add(JournalRecord.decode(frame));
            }
            return new Manifest(
                    start, (long) fields.get(0), fields.size() < 3 ? 0 : (long) fields.get(2), files, behind);
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
