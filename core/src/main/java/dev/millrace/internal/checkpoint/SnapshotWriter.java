/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FrameWriter;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Writes snapshots for the program of an epoch: where nobody looks for one, and visible in one rename. If another program has
 * taken over, nothing becomes visible.
 */
final class SnapshotWriter {
    private static final String BUILDING = "building";
    private static final String PART = "part";
    private static final int SYNC_BYTES = 1 << 23;
    static final int BLOCK_BYTES = 1 << 18;

    /** A part costs as much as the files that it is made from: so many times are they written for as many changes. */
    private static final int PARTS_A_FILE = 4;

    private static final long MOST_IN_MEMORY = Runtime.getRuntime().maxMemory() / 12;

    private final FileStore store;
    private final Epoch epoch;
    private long written;

    SnapshotWriter(FileStore store, Epoch epoch) {
        this.store = store;
        this.epoch = epoch;
    }

    /**
     * A snapshot that is not visible yet.
     *
     * @param name under which it is now
     * @param snapshot which one it will be
     */
    record Built(String name, EpochFile snapshot, long bytes) {}

    /**
     * Writes a snapshot where nobody looks for one.
     *
     * @param behind what follows as if it stood in a journal
     * @param ofRollBack whether it holds less than the journals before it
     * @param snapshot which one it will be
     */
    Built build(CheckpointImage image, List<JournalRecord> behind, boolean ofRollBack, EpochFile snapshot)
            throws IOException {
        epoch.check(); // a file would make the directory anew if it was moved away
        String building = name(BUILDING);
        deleteLeft(BUILDING);
        return new Built(building, snapshot, write(image, behind, ofRollBack, snapshot, building));
    }

    /** Returns whether a name in the directory of snapshots is that of something unfinished. */
    static boolean isTemporary(String name) {
        return name.startsWith(BUILDING) || name.startsWith(PART);
    }

    private String name(String kind) {
        return kind + String.format(Locale.ROOT, "-%010d", epoch.number());
    }

    /** Deletes what earlier folds have left, but nothing of a program that took over. */
    private void deleteLeft(String kind) throws IOException {
        for (String left : store.list(Snapshots.DIRECTORY)) {
            if (left.startsWith(kind) && left.compareTo(name(kind)) <= 0) {
                store.delete(Snapshots.DIRECTORY + "/" + left);
            }
        }
    }

    /** Deletes what was too much for memory, when it has been read or folded. */
    void deleteParts() throws IOException {
        deleteLeft(PART);
    }

    /**
     * If the changes so far take more memory than {@code foldingBytes}, forgets which of the largest ones count no more; if
     * that frees little, writes them where they are read from then on. That writes all entries of the step again, so more may
     * be in memory where these are many.
     */
    void foldPart(CheckpointImage image, long foldingBytes) throws IOException {
        long most = Math.max(foldingBytes, Math.min(image.bytesInFiles() / PARTS_A_FILE, MOST_IN_MEMORY));
        long bytes = 0;
        for (KeyedEntries entries : image.entries.values()) {
            bytes += entries.bytesInMemory();
        }
        if (bytes > most) {
            KeyedEntries largest =
                    Collections.max(image.entries.values(), Comparator.comparingLong(KeyedEntries::bytesInMemory));
            long before = largest.bytesInMemory();
            largest.compact(BLOCK_BYTES);
            if (bytes - before + largest.bytesInMemory() > most / 2) {
                writePart(image, largest);
            }
        }
    }

    private void writePart(CheckpointImage image, KeyedEntries largest) throws IOException {
        String part = Snapshots.DIRECTORY + "/" + name(PART);
        String path = part + "/" + image.parts++;
        EntryFile.Content content = writeEntries(largest, path, path);
        EntryFile before = largest.file();
        largest.continueFrom(new EntryFile(files(), path, content));
        if (before != null && before.path().startsWith(part)) {
            store.delete(before.path());
        }
    }

    /** The number of bytes of entries that it has written, including those of parts. */
    long written() {
        return written;
    }

    private EntryFile.Content writeEntries(KeyedEntries entries, String path, String name) throws IOException {
        try (FrameWriter file = new FrameWriter(store, path, epoch.identity(), name)) {
            long count = entries.writeBlocks(BLOCK_BYTES, block -> append(file, block));
            file.sync();
            written += file.size();
            return new EntryFile.Content(count, EntryFile.Seal.of(file));
        }
    }

    void makeVisible(Built built) throws IOException {
        epoch.check();
        store.rename(Snapshots.DIRECTORY + "/" + built.name(), Snapshots.path(built.snapshot()));
    }

    private long write(
            CheckpointImage image, List<JournalRecord> behind, boolean ofRollBack, EpochFile snapshot, String building)
            throws IOException {
        String directory = Snapshots.DIRECTORY + "/" + building + "/";
        String name = Snapshots.path(snapshot) + "/"; // under which it will be read
        List<Manifest.Entries> written = new ArrayList<>();
        long bytes = 0;
        for (var entry : image.entries.entrySet()) {
            String file = "entries-" + written.size();
            EntryFile.Content content = writeEntries(entry.getValue(), directory + file, name + file);
            bytes += content.seal().bytes();
            written.add(new Manifest.Entries(entry.getKey(), file, content));
        }
        if (image.start == null) {
            throw new CheckpointException("the journal has no first record");
        }
        List<JournalRecord> records = new ArrayList<>(image.retractions());
        records.addAll(behind);
        new Manifest(
                        image.start,
                        image.lastDecided,
                        image.decided,
                        written,
                        image.runs.byEpoch(),
                        image.dropped,
                        image.skipped.values(),
                        records,
                        ofRollBack)
                .write(store, directory + Snapshots.MANIFEST, epoch.identity(), name + Snapshots.MANIFEST);
        return bytes;
    }

    private void append(FrameWriter writer, byte[] block) throws IOException {
        long before = writer.size();
        writer.append(block);
        if (store.canAppend() && before / SYNC_BYTES != writer.size() / SYNC_BYTES) {
            writer.sync(); // in small parts, so that the sync of a journal never waits for much
        }
    }

    private CheckpointFiles files() {
        return new CheckpointFiles(store, epoch.identity().checkpointId());
    }
}
