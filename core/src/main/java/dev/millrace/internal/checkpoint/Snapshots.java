/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.error.CodecException;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.frames.FrameReader;
import dev.millrace.internal.frames.FrameWriter;
import dev.millrace.internal.owner.Epoch;
import dev.millrace.internal.owner.EpochFile;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots, and the journals behind them. A snapshot {@code n} holds what all journals up to {@code n} add up to: a file of
 * change blocks for each step and input, and a manifest; it becomes visible in one rename. Folding merges encoded entries
 * by the bytes of their keys, so it needs no class of the program and never touches live state; it reads and
 * writes the entries of a snapshot in passing, and holds only what the journals change. The snapshot of a roll back has a
 * number that no journal has, and holds less than the journals before it.
 */
final class Snapshots {
    private static final String SNAPSHOTS = "snapshots";
    private static final String BUILDING = "building";
    private static final String MANIFEST = "manifest";
    private static final String PART = "part";
    static final int BLOCK_BYTES = 1 << 18;
    private static final int SYNC_BYTES = 1 << 23;

    /** How much of the journals folding, or a start, holds in memory: little beside a large state, enough for most journals. */
    private static final long FOLDING_BYTES =
            Math.max(32L << 20, Runtime.getRuntime().maxMemory() / 16);

    private final FileStore store;
    private final Journals journals;
    private final long foldingBytes;

    Snapshots(FileStore store) {
        this(store, FOLDING_BYTES);
    }

    /** @param foldingBytes how much of the journals folding may hold in memory */
    Snapshots(FileStore store, long foldingBytes) {
        this.store = store;
        this.foldingBytes = foldingBytes;
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
                if (isOfRollBack(files.get(i))) {
                    throw firstDamage; // what is older has what was undone
                }
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

    /** Of one that does not say it a missing journal tells; one whose journal was retired has nothing older either. */
    private boolean isOfRollBack(EpochFile snapshot) throws IOException {
        try {
            Boolean said = manifest(snapshot).ofRollBack();
            if (said != null) {
                return said;
            }
        } catch (NoSuchFileException | RuntimeException damaged) {
            // so it says nothing
        }
        return liveJournals().stream().noneMatch(journal -> journal.number() == snapshot.number());
    }

    private static boolean beginsAtFirst(List<EpochFile> journals) {
        return !journals.isEmpty() && journals.get(0).number() == 1;
    }

    /**
     * The number of the oldest snapshot, or 0 for none, from which journals and snapshots lead to now without a gap: a
     * power failure may bring back some of the files that were deleted.
     */
    private static long oldestBase(List<EpochFile> journals, List<EpochFile> snapshots) {
        NavigableSet<Long> numbers = new TreeSet<>();
        journals.forEach(journal -> numbers.add(journal.number()));
        snapshots.forEach(snapshot -> numbers.add(snapshot.number()));
        long first = numbers.isEmpty() ? 0 : numbers.last();
        while (numbers.contains(first - 1)) {
            first--;
        }
        if (first <= 1 && beginsAtFirst(journals)) {
            return 0;
        }
        long from = first;
        return snapshots.stream()
                .mapToLong(EpochFile::number)
                .filter(number -> number >= from)
                .min()
                .orElse(0);
    }

    record Loaded(long number, CheckpointImage image) {}

    /** Applies the journals behind a snapshot to it, and holds all that they change in memory. */
    Journals.@Nullable Read applyJournals(Loaded loaded) throws IOException {
        return journals.apply(loaded.image(), liveJournals(), loaded.number(), Long.MAX_VALUE, () -> {});
    }

    /**
     * Applies the journals behind a snapshot, up to a journal, to it. What they change beyond what may be in memory stands
     * in files, until {@link #deleteParts}.
     */
    Journals.@Nullable Read applyJournals(Loaded loaded, long until, Epoch epoch) throws IOException {
        deleteParts(epoch);
        String part = SNAPSHOTS + "/" + name(PART, epoch);
        return journals.apply(
                loaded.image(), liveJournals(), loaded.number(), until, () -> foldPart(loaded.image(), part));
    }

    /** Deletes what was too much for memory, when it has been read or folded. */
    void deleteParts(Epoch epoch) throws IOException {
        deleteLeft(PART, epoch);
    }

    /** The decided batches from which on all journals are there, after a snapshot or from the very first. */
    List<BatchTime> keptBatches() throws IOException {
        List<EpochFile> files = liveJournals();
        List<EpochFile> snapshots = whole();
        long previous = oldestBase(files, snapshots);
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

    /** Those that are not half deleted. */
    private List<EpochFile> whole() throws IOException {
        List<EpochFile> whole = new ArrayList<>();
        for (EpochFile snapshot : live()) {
            List<String> there = store.list(path(snapshot));
            if (there.contains(MANIFEST)
                    && manifest(snapshot).files().stream().allMatch(file -> there.contains(file.file()))) {
                whole.add(snapshot);
            }
        }
        return whole;
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
        applyJournals(base, until, epoch);
        Built built = build(image, List.of(), false, new EpochFile(until, epoch.number()), epoch);
        CrashPoint.SNAPSHOT_WRITTEN.reach();
        makeVisible(built, epoch);
        CrashPoint.SNAPSHOT_VISIBLE.reach();
        deleteParts(epoch);
        return new Folded(base.number(), image.decided, built.bytes());
    }

    /**
     * A new snapshot.
     *
     * @param base the number of the snapshot that it was made from, or 0
     * @param decided how many batches had been decided, from the very first on
     * @param bytes its size
     */
    record Folded(long base, long decided, long bytes) {}

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
    Built build(CheckpointImage image, List<JournalRecord> behind, boolean ofRollBack, EpochFile snapshot, Epoch epoch)
            throws IOException {
        String building = name(BUILDING, epoch);
        deleteLeft(BUILDING, epoch);
        return new Built(building, snapshot, write(image, behind, ofRollBack, snapshot, SNAPSHOTS + "/" + building));
    }

    private static String name(String kind, Epoch epoch) {
        return kind + String.format(Locale.ROOT, "-%010d", epoch.number());
    }

    /** Deletes what earlier folds have left, but nothing of a program that took over. */
    private void deleteLeft(String kind, Epoch epoch) throws IOException {
        for (String left : store.list(SNAPSHOTS)) {
            if (left.startsWith(kind) && left.compareTo(name(kind, epoch)) <= 0) {
                store.delete(SNAPSHOTS + "/" + left);
            }
        }
    }

    /** If the changes so far take too much memory, writes the largest ones where they are read from then on. */
    private void foldPart(CheckpointImage image, String part) throws IOException {
        long bytes = 0;
        for (KeyedEntries entries : image.entries.values()) {
            bytes += entries.bytesInMemory();
        }
        if (bytes > foldingBytes) {
            KeyedEntries largest =
                    Collections.max(image.entries.values(), Comparator.comparingLong(KeyedEntries::bytesInMemory));
            String path = part + "/" + image.parts++;
            EntryFile.Content content = writeEntries(largest, path);
            EntryFile before = largest.file();
            largest.continueFrom(new EntryFile(store, path, content));
            if (before != null && before.path().startsWith(part)) {
                store.delete(before.path());
            }
        }
    }

    private EntryFile.Content writeEntries(KeyedEntries entries, String path) throws IOException {
        try (FrameWriter writer = new FrameWriter(store, path)) {
            long count = entries.writeBlocks(BLOCK_BYTES, block -> append(writer, block));
            writer.sync();
            return new EntryFile.Content(count, EntryFile.Seal.of(writer));
        }
    }

    void makeVisible(Built built, Epoch epoch) throws IOException {
        epoch.check();
        store.rename(SNAPSHOTS + "/" + built.name(), path(built.snapshot()));
    }

    private static String path(EpochFile snapshot) {
        return SNAPSHOTS + "/" + snapshot.name();
    }

    private long write(
            CheckpointImage image, List<JournalRecord> behind, boolean ofRollBack, EpochFile snapshot, String directory)
            throws IOException {
        List<Manifest.Entries> files = new ArrayList<>();
        long bytes = 0;
        for (var entry : image.entries.entrySet()) {
            String file = "entries-" + files.size();
            EntryFile.Content content = writeEntries(entry.getValue(), directory + "/" + file);
            bytes += Objects.requireNonNull(content.seal()).bytes();
            files.add(new Manifest.Entries(entry.getKey(), file, content));
        }
        if (image.start == null) {
            throw new CheckpointException("the journal has no first record");
        }
        List<JournalRecord> records = new ArrayList<>(image.retractions());
        records.addAll(behind);
        new Manifest(snapshot, image.start, image.lastDecided, image.decided, files, records, ofRollBack)
                .write(store, directory + "/" + MANIFEST);
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

    Manifest manifest(EpochFile snapshot) throws IOException {
        String path = path(snapshot) + "/" + MANIFEST;
        Manifest manifest = Manifest.read(store, path);
        if (manifest.snapshot() != null && !manifest.snapshot().equals(snapshot)) {
            throw FrameReader.damaged(store, path, 0, "it was that of " + path(manifest.snapshot()));
        }
        return manifest;
    }

    /** Null if it is of a time after {@code until}. */
    private @Nullable CheckpointImage read(EpochFile snapshot, long until) throws IOException {
        try {
            return decode(snapshot, until);
        } catch (NoSuchFileException e) {
            throw new CheckpointException(
                    "the checkpoint " + store.location() + " lacks the file " + e.getMessage() + " of the snapshot "
                            + path(snapshot) + "; restore it from a backup, or start with a new directory",
                    e);
        } catch (CodecException | ClassCastException | IndexOutOfBoundsException e) {
            throw new CheckpointException(
                    "the snapshot " + store.location() + "/" + path(snapshot) + " has a file of another kind in it: "
                            + e + "; restore it from a backup, or start with a new directory",
                    e);
        }
    }

    private @Nullable CheckpointImage decode(EpochFile snapshot, long until) throws IOException {
        Manifest manifest = manifest(snapshot);
        if (manifest.lastDecided() > until) {
            return null;
        }
        CheckpointImage image = new CheckpointImage(until);
        image.apply(manifest.start());
        image.lastDecided = manifest.lastDecided();
        image.lastPlanned = manifest.lastDecided();
        image.decided = manifest.decided();
        for (Manifest.Entries file : manifest.files()) {
            image.entries(file.name())
                    .startFrom(new EntryFile(store, path(snapshot) + "/" + file.file(), file.content()));
        }
        manifest.behind().forEach(image::apply);
        return image;
    }

    /** Deletes a snapshot. */
    void delete(EpochFile snapshot) throws IOException {
        store.delete(path(snapshot));
    }
}
