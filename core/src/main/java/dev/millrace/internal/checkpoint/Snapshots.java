/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.frames.FrameReader;
import dev.millrace.internal.frames.FrameWriter;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Journals and the snapshots that they are folded into. A snapshot {@code n} holds what all journals up to {@code n} add
 * up to: a file of change blocks for each step and input, and a manifest; it becomes visible in one rename. Folding merges
 * encoded entries by the bytes of their keys, so it needs no class of the program and never touches live state; it reads
 * and writes the entries of a snapshot in passing, and holds only what the journals change. The newest two snapshots are kept, with the journals after the older one.
 */
final class Snapshots {
    private static final ValueCodec CODEC = ValueCodec.builtIn();
    private static final String JOURNALS = "journal";
    private static final String SNAPSHOTS = "snapshots";
    private static final String MANIFEST = "manifest";
    private static final String BUILDING = SNAPSHOTS + "/building";
    private static final String PART = SNAPSHOTS + "/part";
    static final int BLOCK_BYTES = 1 << 18;
    private static final int SYNC_BYTES = 1 << 23;

    /** How much of the journals folding holds in memory: little beside a large state, enough for most journals. */
    private static final long FOLDING_BYTES =
            Math.max(32L << 20, Runtime.getRuntime().maxMemory() / 32);

    private final FileStore store;
    private final long foldingBytes;

    Snapshots(FileStore store) {
        this(store, FOLDING_BYTES);
    }

    /** @param foldingBytes how much of the journals folding may hold in memory */
    Snapshots(FileStore store, long foldingBytes) {
        this.store = store;
        this.foldingBytes = foldingBytes;
    }

    static String journalPath(long number) {
        return JOURNALS + "/" + name(number);
    }

    private static String name(long number) {
        return String.format(Locale.ROOT, "%010d", number);
    }

    List<Long> journals() throws IOException {
        return numbers(JOURNALS);
    }

    private List<Long> numbers(String directory) throws IOException {
        return store.list(directory).stream()
                .filter(name -> name.matches("\\d{10}"))
                .map(Long::valueOf)
                .toList();
    }

    /** The newest snapshot that can be read, with its number; an empty image and 0 if there is none at all. */
    Loaded newest() throws IOException {
        return newest(Long.MAX_VALUE);
    }

    /** The newest that holds no decision of a batch after {@code until}, and that can be read. */
    Loaded newest(long until) throws IOException {
        List<Long> numbers = numbers(SNAPSHOTS);
        @Nullable RuntimeException firstDamage = null;
        for (int i = numbers.size() - 1; i >= 0; i--) {
            try {
                CheckpointImage image = read(numbers.get(i), until);
                if (image != null) {
                    return new Loaded(numbers.get(i), image);
                }
            } catch (CheckpointException e) {
                firstDamage = firstDamage == null ? e : firstDamage;
                System.getLogger(Snapshots.class.getName())
                        .log(
                                System.Logger.Level.WARNING,
                                "snapshot {0} is left out: {1}",
                                numbers.get(i),
                                e.getMessage());
            }
        }
        if (!numbers.isEmpty() && !journals().contains(1L)) {
            throw firstDamage != null
                    ? firstDamage
                    : new CheckpointException("the checkpoint " + store.location()
                            + " does not keep what it held so long ago; name a later batch");
        }
        return new Loaded(0, new CheckpointImage(until));
    }

    record Loaded(long number, CheckpointImage image) {}

    /**
     * Applies the journals after {@code from}, up to and including {@code until}. Only the newest may end in an append
     * that was cut off and never heard of again; of the others the next one tells the length.
     *
     * @return the length of the last one, or -1 if there is none
     */
    long applyJournals(CheckpointImage image, long from, long until) throws IOException {
        return applyJournals(image, from, until, () -> {});
    }

    private interface AfterRecord {
        void run() throws IOException;
    }

    private long applyJournals(CheckpointImage image, long from, long until, AfterRecord afterEach) throws IOException {
        long expected = from + 1;
        long previousBytes = -1;
        for (long number : journals()) {
            if (number <= from || number > until) {
                continue;
            }
            if (number != expected) {
                throw new CheckpointException("the checkpoint " + store.location() + " lacks the file "
                        + journalPath(expected) + "; restore it from a backup, or start with a new directory");
            }
            expected++;
            try (FrameReader reader = new FrameReader(store, journalPath(number), true)) {
                for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
                    JournalRecord record = JournalRecord.decode(frame);
                    if (record instanceof JournalRecord.Start start) {
                        checkLength(number - 1, previousBytes, start.previousBytes());
                    }
                    image.apply(record);
                    afterEach.run();
                }
                previousBytes = reader.position();
            }
        }
        return previousBytes;
    }

    /** The decided batches from which on all journals are there, after a snapshot or from the very first. */
    List<BatchTime> keptBatches() throws IOException {
        List<Long> journals = journals();
        List<Long> numbers = numbers(SNAPSHOTS);
        long base = journals.contains(1L) || numbers.isEmpty() ? 0 : numbers.get(0);
        List<BatchTime> kept = new ArrayList<>();
        for (long number : journals) {
            if (number > base) {
                try (FrameReader reader = new FrameReader(store, journalPath(number), true)) {
                    for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
                        if (JournalRecord.decode(frame) instanceof JournalRecord.Prepared prepared
                                && (kept.isEmpty()
                                        || prepared.time()
                                                > kept.get(kept.size() - 1).milliseconds())) {
                            kept.add(new BatchTime(prepared.time())); // a restart repeats what is not published yet
                        }
                    }
                }
            }
        }
        return kept;
    }

    private void checkLength(long journal, long found, long expected) {
        if (found >= 0 && expected >= 0 && found != expected) {
            throw new CheckpointException("the file " + store.location() + "/" + journalPath(journal)
                    + " is damaged: " + found + " bytes of it are right, and it had " + expected
                    + "; restore it from a backup, or start with a new directory");
        }
    }

    /** Folds everything up to journal {@code until}, which is closed, into a snapshot. */
    Folded fold(long until) throws IOException {
        Loaded base = newest();
        CheckpointImage image = base.image();
        store.delete(BUILDING);
        store.delete(PART);
        applyJournals(image, base.number(), until, () -> foldPart(image));
        long bytes = write(image, BUILDING);
        CrashPoint.SNAPSHOT_WRITTEN.reach();
        store.rename(BUILDING, SNAPSHOTS + "/" + name(until));
        CrashPoint.SNAPSHOT_VISIBLE.reach();
        store.delete(PART);
        return new Folded(base.number(), until, bytes);
    }

    /**
     * A new snapshot.
     *
     * @param base the snapshot that it was made from, or 0
     * @param number its own number
     * @param bytes its size
     */
    record Folded(long base, long number, long bytes) {}

    /** If the changes so far take too much memory, writes the largest ones where they are read from then on. */
    private void foldPart(CheckpointImage image) throws IOException {
        long bytes = 0;
        for (KeyedEntries entries : image.entries.values()) {
            bytes += entries.bytesInMemory();
        }
        if (bytes > foldingBytes) {
            KeyedEntries largest =
                    Collections.max(image.entries.values(), Comparator.comparingLong(KeyedEntries::bytesInMemory));
            String path = PART + "/" + image.parts++;
            long count = writeEntries(largest, path).count();
            EntryFile before = largest.file();
            largest.continueFrom(new EntryFile(store, path, count));
            if (before != null && before.path().startsWith(PART)) {
                store.delete(before.path());
            }
        }
    }

    private record Written(long count, long bytes) {}

    private Written writeEntries(KeyedEntries entries, String path) throws IOException {
        try (FrameWriter writer = new FrameWriter(store, path)) {
            long count = entries.writeBlocks(BLOCK_BYTES, block -> append(writer, block));
            writer.sync();
            return new Written(count, writer.size());
        }
    }

    private long write(CheckpointImage image, String directory) throws IOException {
        List<Object> files = new ArrayList<>();
        long bytes = 0;
        for (var entry : image.entries.entrySet()) {
            String file = "entries-" + files.size();
            Written written = writeEntries(entry.getValue(), directory + "/" + file);
            bytes += written.bytes();
            files.add(List.of(entry.getKey(), file, Math.toIntExact(written.count())));
        }
        JournalRecord.Start start = image.start;
        if (start == null) {
            throw new CheckpointException("the journal has no first record");
        }
        try (FrameWriter writer = new FrameWriter(store, directory + "/" + MANIFEST)) {
            writer.append(start.encode());
            writer.append(CODEC.encode(List.of(image.lastDecided, files)));
            writer.sync();
        }
        return bytes;
    }

    private static void append(FrameWriter writer, byte[] block) {
        try {
            long before = writer.size();
            writer.append(block);
            if (before / SYNC_BYTES != writer.size() / SYNC_BYTES) {
                writer.sync(); // in small parts, so that the sync of a journal never waits for much
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null if it is of a time after {@code until}. */
    private @Nullable CheckpointImage read(long number, long until) throws IOException {
        String directory = SNAPSHOTS + "/" + name(number);
        CheckpointImage image = new CheckpointImage(until);
        try (FrameReader reader = new FrameReader(store, directory + "/" + MANIFEST, false)) {
            image.apply(JournalRecord.decode(required(reader, directory)));
            List<?> manifest = (List<?>) CODEC.decode(required(reader, directory));
            if (manifest == null) {
                throw new CheckpointException(directory + " has an empty manifest");
            }
            image.lastDecided = (long) manifest.get(0);
            if (image.lastDecided > until) {
                return null;
            }
            image.lastPlanned = image.lastDecided;
            for (Object file : (List<?>) manifest.get(1)) {
                List<?> fields = (List<?>) file;
                image.entries((String) fields.get(0))
                        .startFrom(new EntryFile(store, directory + "/" + fields.get(1), (int) fields.get(2)));
            }
        }
        return image;
    }

    private static byte[] required(FrameReader reader, String directory) throws IOException {
        byte[] frame = reader.next();
        if (frame == null) {
            throw new CheckpointException("the manifest of " + directory + " ends too early");
        }
        return frame;
    }

    /** Keeps the new snapshot and the one it was made from, with the journals after that; deletes the rest. */
    void retire(Folded folded) throws IOException {
        for (long journal : journals()) {
            if (journal <= folded.base()) {
                store.delete(journalPath(journal));
                CrashPoint.JOURNAL_RETIRED.reach();
            }
        }
        for (long snapshot : numbers(SNAPSHOTS)) {
            if (snapshot != folded.base() && snapshot != folded.number()) {
                store.delete(SNAPSHOTS + "/" + name(snapshot));
            }
        }
    }
}
