/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.frames.FrameReader;
import dev.millrace.internal.frames.FrameWriter;
import dev.millrace.internal.owner.Epoch;
import dev.millrace.internal.owner.EpochFile;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots, and the journals behind them. A snapshot {@code n} holds what all journals up to {@code n} add up to: a file of
 * change blocks for each step and input, and a manifest; it becomes visible in one rename. Folding merges encoded entries
 * by the bytes of their keys, so it needs no class of the program and never touches live state. A snapshot whose number no
 * journal has is that of a roll back: it holds less than the journals before it.
 */
final class Snapshots {
    private static final String SNAPSHOTS = "snapshots";
    private static final String BUILDING = "building";
    private static final String MANIFEST = "manifest";
    static final int BLOCK_BYTES = 1 << 20;

    private final FileStore store;
    private final Journals journals;

    Snapshots(FileStore store) {
        this.store = store;
        journals = new Journals(store);
    }

    /** All files, also void ones. */
    List<EpochFile> all() throws IOException {
        return EpochFile.of(store.list(SNAPSHOTS));
    }

    List<EpochFile> live() throws IOException {
        return EpochFile.live(all(), journals.all());
    }

    List<EpochFile> liveJournals() throws IOException {
        return EpochFile.live(journals.all(), all());
    }

    /** The newest snapshot that can be read, with its number; an empty image and 0 if there is none at all. */
    Loaded newest() throws IOException {
        return newest(Long.MAX_VALUE);
    }

    /** The newest that holds no decision of a batch after {@code until}, and that can be read. */
    Loaded newest(long until) throws IOException {
        List<EpochFile> files = live();
        @Nullable RuntimeException firstDamage = null;
        for (int i = files.size() - 1; i >= 0; i--) {
            try {
                CheckpointImage image = read(files.get(i), until);
                if (image != null) {
                    return new Loaded(files.get(i).number(), image);
                }
            } catch (CheckpointException e) {
                firstDamage = firstDamage == null ? e : firstDamage;
                System.getLogger(Snapshots.class.getName())
                        .log(
                                System.Logger.Level.WARNING,
                                "snapshot {0} is left out: {1}",
                                files.get(i).name(),
                                e.getMessage());
            }
        }
        if (!files.isEmpty() && !beginsAtFirst(liveJournals())) {
            throw firstDamage != null
                    ? firstDamage
                    : new CheckpointException("the checkpoint " + store.location()
                            + " does not keep what it held so long ago; name a later batch");
        }
        return new Loaded(0, new CheckpointImage(until));
    }

    private static boolean beginsAtFirst(List<EpochFile> journals) {
        return !journals.isEmpty() && journals.get(0).number() == 1;
    }

    record Loaded(long number, CheckpointImage image) {}

    /** Applies the journals behind a snapshot to it. */
    Journals.@Nullable Read applyJournals(Loaded loaded) throws IOException {
        return journals.apply(loaded.image(), liveJournals(), loaded.number(), Long.MAX_VALUE);
    }

    /** The decided batches from which on all journals are there, after a snapshot or from the very first. */
    List<BatchTime> keptBatches() throws IOException {
        List<EpochFile> files = liveJournals();
        List<EpochFile> snapshots = live();
        long previous = beginsAtFirst(files) || snapshots.isEmpty()
                ? 0
                : snapshots.get(0).number();
        NavigableSet<Long> kept = new TreeSet<>();
        for (int i = 0; i < files.size(); i++) {
            long number = files.get(i).number();
            if (number > previous) {
                rollBack(kept, snapshots, previous, number);
                journals.read(files, i, record -> {
                    if (record instanceof JournalRecord.Prepared prepared) {
                        kept.add(prepared.time());
                    }
                });
                previous = number;
            }
        }
        rollBack(kept, snapshots, previous, Long.MAX_VALUE);
        return kept.stream().map(BatchTime::new).toList();
    }

    /** Leaves out what roll backs have undone whose snapshots stand between two journals. */
    private void rollBack(NavigableSet<Long> kept, List<EpochFile> snapshots, long from, long until)
            throws IOException {
        for (EpochFile snapshot : snapshots) {
            if (snapshot.number() > from && snapshot.number() < until) {
                kept.tailSet(manifest(snapshot).lastDecided(), false).clear();
            }
        }
    }

    /**
     * Folds everything up to a journal, which is closed, into a snapshot.
     *
     * @param epoch of the program that folds; if another has taken over, nothing becomes visible
     */
    Folded fold(long until, Epoch epoch) throws IOException {
        Loaded base = newest();
        CheckpointImage image = base.image();
        journals.apply(image, liveJournals(), base.number(), until);
        Built built = build(image, List.of(), epoch);
        CrashPoint.SNAPSHOT_WRITTEN.reach();
        makeVisible(built, until, epoch);
        CrashPoint.SNAPSHOT_VISIBLE.reach();
        return new Folded(image.decided, built.bytes());
    }

    /**
     * A new snapshot.
     *
     * @param decided how many batches had been decided, from the very first on
     * @param bytes its size
     */
    record Folded(long decided, long bytes) {}

    /** A snapshot that is not visible yet, and its size. */
    record Built(String name, long bytes) {}

    /**
     * Writes a snapshot where nobody looks for one.
     *
     * @param behind what follows as if it stood in a journal
     */
    Built build(CheckpointImage image, List<JournalRecord> behind, Epoch epoch) throws IOException {
        String building = BUILDING + String.format(Locale.ROOT, "-%010d", epoch.number());
        for (String left : store.list(SNAPSHOTS)) {
            if (left.startsWith(BUILDING) && left.compareTo(building) <= 0) { // not of a program that took over
                store.delete(SNAPSHOTS + "/" + left);
            }
        }
        return new Built(building, write(image, behind, SNAPSHOTS + "/" + building));
    }

    void makeVisible(Built built, long number, Epoch epoch) throws IOException {
        epoch.check();
        store.rename(SNAPSHOTS + "/" + built.name(), path(new EpochFile(number, epoch.number())));
    }

    private static String path(EpochFile snapshot) {
        return SNAPSHOTS + "/" + snapshot.name();
    }

    private long write(CheckpointImage image, List<JournalRecord> behind, String directory) throws IOException {
        List<Manifest.EntryFile> files = new ArrayList<>();
        long bytes = 0;
        for (var entry : image.entries.entrySet()) {
            String file = "entries-" + files.size();
            try (FrameWriter writer = new FrameWriter(store, directory + "/" + file)) {
                entry.getValue().writeBlocks(BLOCK_BYTES, block -> append(writer, block));
                writer.sync();
                bytes += writer.size();
            }
            files.add(new Manifest.EntryFile(
                    entry.getKey(), file, entry.getValue().size()));
        }
        if (image.start == null) {
            throw new CheckpointException("the journal has no first record");
        }
        List<JournalRecord> records = new ArrayList<>(image.retractions());
        records.addAll(behind);
        new Manifest(image.start, image.lastDecided, image.decided, files, records)
                .write(store, directory + "/" + MANIFEST);
        return bytes;
    }

    private static void append(FrameWriter writer, byte[] block) {
        try {
            writer.append(block);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Manifest manifest(EpochFile snapshot) throws IOException {
        return Manifest.read(store, path(snapshot) + "/" + MANIFEST);
    }

    /** Null if it is of a time after {@code until}. */
    private @Nullable CheckpointImage read(EpochFile snapshot, long until) throws IOException {
        Manifest manifest = manifest(snapshot);
        if (manifest.lastDecided() > until) {
            return null;
        }
        CheckpointImage image = new CheckpointImage(until);
        image.apply(manifest.start());
        image.lastDecided = manifest.lastDecided();
        image.lastPlanned = manifest.lastDecided();
        image.decided = manifest.decided();
        for (Manifest.EntryFile file : manifest.files()) {
            readEntries(image.entries(file.name()), path(snapshot) + "/" + file.file(), file.size());
        }
        manifest.behind().forEach(image::apply);
        return image;
    }

    private void readEntries(KeyedEntries entries, String path, int expected) throws IOException {
        try (FrameReader reader = new FrameReader(store, path, false)) {
            for (byte[] block = reader.next(); block != null; block = reader.next()) {
                entries.apply(block);
            }
        }
        if (entries.size() != expected) {
            throw new CheckpointException("the file " + store.location() + "/" + path + " has " + entries.size()
                    + " entries and its manifest says " + expected);
        }
    }

    /** Deletes a snapshot. */
    void delete(EpochFile snapshot) throws IOException {
        store.delete(path(snapshot));
    }
}
