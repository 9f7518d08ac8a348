/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.internal.log.FrameWriter;
import dev.millrace.internal.runs.RunSeal;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A snapshot: a file that says what the journals up to its number add up to.
 *
 * @param start which program it is for
 * @param lastDecided the last batch that it has, in milliseconds
 * @param decided how many batches had been decided, from the very first on
 * @param entries the places of the entries of each step and input
 * @param programRuns the ids of the runs of programs that have owned the checkpoint, by epoch
 * @param dropped inputs and steps, each with the first block of the log that is not, or -1
 * @param skipped the batches that were skipped
 * @param behind what follows the snapshot as if it stood in a journal; only a roll back has that
 * @param ofRollBack whether it holds less than the journals before it
 */
record Manifest(
        JournalRecord.Start start,
        long lastDecided,
        long decided,
        List<Entries> entries,
        Map<Long, UUID> programRuns,
        Map<String, Long> dropped,
        Collection<SkippedBatch> skipped,
        List<JournalRecord> behind,
        boolean ofRollBack) {
    private static final ValueCodec CODEC = ValueCodec.builtIn();

    /**
     * The entries of a step or input.
     *
     * @param name of the step or input
     * @param nextArrival the number of the first key that comes
     * @param runs newest first
     */
    record Entries(String name, long nextArrival, List<Named> runs) {
        static Entries of(String name, KeyedEntries entries) {
            List<Named> runs = entries.runs().stream()
                    .map(run -> new Named(run.name(), run.run().seal()))
                    .toList();
            return new Entries(name, entries.nextArrival(), runs);
        }

        private List<Object> encode() {
            return List.of(name, nextArrival, runs.stream().map(Named::encode).toList());
        }

        @SuppressWarnings("unchecked")
        private static Entries decode(List<?> parts) {
            List<List<?>> runs = (List<List<?>>) parts.get(2);
            return new Entries(
                    (String) parts.get(0),
                    (long) parts.get(1),
                    runs.stream().map(Named::decode).toList());
        }
    }

    /**
     * A run.
     *
     * @param file its name
     * @param seal what tells it from every other file, be that a whole one
     */
    record Named(String file, RunSeal seal) {
        private List<Object> encode() {
            return List.of(file, seal.bytes(), seal.summaryAt(), seal.checksum());
        }

        private static Named decode(List<?> parts) {
            return new Named(
                    (String) parts.get(0), new RunSeal((long) parts.get(1), (long) parts.get(2), (int) parts.get(3)));
        }
    }

    /** The names of all runs. */
    Set<String> runNames() {
        return entries.stream()
                .flatMap(one -> one.runs().stream())
                .map(Named::file)
                .collect(Collectors.toSet());
    }

    /**
     * @param path where it is written
     * @param name the path under which it will be read
     */
    void write(FileStore store, String path, CheckpointIdentity writer, String name) throws IOException {
        try (FrameWriter file = new FrameWriter(store, path, writer, name)) {
            file.append(start.encode());
            file.append(CODEC.encode(List.of(
                    lastDecided,
                    entries.stream().map(Entries::encode).toList(),
                    decided,
                    ofRollBack,
                    programRuns,
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
