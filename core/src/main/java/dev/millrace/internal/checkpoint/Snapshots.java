/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.error.CodecException;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.internal.log.LogDirectory;
import dev.millrace.internal.log.LogSegments;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots, and the journals behind them. A snapshot {@code n} holds what all journals up to {@code n} add up to: a file of
 * change blocks for each step and input, and a manifest; it becomes visible in one rename. Compaction merges encoded entries
 * by the bytes of their keys, so it needs no class of the program and never touches live state; it reads and
 * writes the entries of a snapshot in passing, and holds only what the journals change. The snapshot of a roll back has a
 * number that no journal has, and holds less than the journals before it.
 */
final class Snapshots {
    static final String DIRECTORY = "snapshots";
    static final String MANIFEST = "manifest";

    /**
     * The most bytes of journals that folding, or a start, holds in memory: little beside a large state, enough for most
     * journals, and never most of a small heap.
     */
    private static final long FOLDING_BYTES = foldingBytes(Runtime.getRuntime().maxMemory());

    private final CheckpointFiles files;
    private final FileStore store;
    private final LogDirectory journals;
    private final long foldingBytes;

    private static long foldingBytes(long heap) {
        return Math.min(heap / 8, Math.max(32L << 20, heap / 16));
    }

    Snapshots(CheckpointFiles files) {
        this(files, FOLDING_BYTES);
    }

    /** @param foldingBytes how much of the journals folding may hold in memory */
    Snapshots(CheckpointFiles files, long foldingBytes) {
        this.files = files;
        store = files.store();
        this.foldingBytes = foldingBytes;
        journals = Journals.directory(files);
    }

    /** All files, also void ones. */
    List<EpochFile> all() throws IOException {
        return EpochFile.of(store.list(DIRECTORY));
    }

    List<EpochFile> live() throws IOException {
        return EpochFile.live(all(), journals.all());
    }

    /** The journals that count. */
    LogSegments journals() throws IOException {
        return LogSegments.of(journals, all());
    }

    /**
     * The contents of the newest snapshot that can be read and holds no decision of a batch after {@code until}; an empty image if there
     * is none at all.
     */
    CheckpointImage newest(long until) throws IOException {
        List<EpochFile> files = live();
        @Nullable RuntimeException firstDamage = null;
        for (int i = files.size() - 1; i >= 0; i--) {
            try {
                CheckpointImage image = read(files.get(i), until);
                if (image != null) {
                    return image;
                }
            } catch (CheckpointException e) {
                firstDamage = firstDamage == null ? e : firstDamage;
                if (isOfRollBack(files.get(i))) {
                    throw firstDamage; // what is older has what was undone
                }
                System.getLogger("dev.millrace.streaming.checkpoint")
                        .log(
                                System.Logger.Level.WARNING,
                                "snapshot {0} is left out: {1}",
                                files.get(i).name(),
                                e.getMessage());
            }
        }
        if (!files.isEmpty() && !beginsAtFirst(journals().files())) {
            throw firstDamage != null
                    ? firstDamage
                    : new CheckpointException("the checkpoint " + store.location()
                            + " does not keep what it held so long ago; name a later batch");
        }
        return new CheckpointImage(until);
    }

    /** Of a damaged one a missing journal tells; one whose journal was retired has nothing older either. */
    private boolean isOfRollBack(EpochFile snapshot) throws IOException {
        try {
            return manifest(snapshot).ofRollBack();
        } catch (NoSuchFileException | RuntimeException damaged) {
            return journals().files().stream().noneMatch(journal -> journal.number() == snapshot.number());
        }
    }

    private static boolean beginsAtFirst(List<EpochFile> journals) {
        return !journals.isEmpty() && journals.get(0).number() == 1;
    }

    /**
     * The number of the oldest snapshot, or 0 for none, from which journals lead to now without a gap: a power failure may
     * bring back some of the files that were deleted. The number of a roll back is no gap, because no journal has it.
     */
    private long oldestBase(List<EpochFile> journals, List<EpochFile> snapshots) throws IOException {
        NavigableSet<Long> numbers = new TreeSet<>();
        journals.forEach(journal -> numbers.add(journal.number()));
        for (EpochFile snapshot : snapshots) {
            if (manifest(snapshot).ofRollBack()) {
                numbers.add(snapshot.number());
            }
        }
        long first = numbers.isEmpty() ? 0 : numbers.last();
        while (numbers.contains(first - 1)) {
            first--;
        }
        if (first <= 1 && beginsAtFirst(journals)) {
            return 0;
        }
        long from = first - 1;
        return snapshots.stream()
                .mapToLong(EpochFile::number)
                .filter(number -> number >= from)
                .min()
                .orElse(0);
    }

    /** Applies the journals behind a snapshot to it, and holds all that they change in memory. */
    void applyJournals(CheckpointImage image) throws IOException {
        Journals.apply(image, journals(), Long.MAX_VALUE, () -> {});
    }

    /**
     * Applies the journals behind a snapshot, up to a journal, to it. What they change beyond what may be in memory stands
     * in files, until {@link SnapshotWriter#deleteParts}.
     */
    LogSegments.@Nullable Read applyJournals(
            CheckpointImage image, LogSegments journals, long until, SnapshotWriter writer) throws IOException {
        writer.deleteParts();
        return Journals.apply(image, journals, until, () -> writer.foldPart(image, foldingBytes));
    }

    /** The decided batches from which on all journals are there, after a snapshot or from the very first. */
    List<BatchTime> keptBatches() throws IOException {
        LogSegments files = journals();
        List<EpochFile> snapshots = whole();
        long previous = oldestBase(files.files(), snapshots);
        NavigableSet<Long> kept = new TreeSet<>();
        LogDirectory.Frames records = Journals.records(files, record -> {
            if (record instanceof JournalRecord.Decided decided) {
                kept.add(decided.time());
            } else if (record instanceof JournalRecord.Skip skip) {
                kept.add(skip.time());
            }
        });
        for (EpochFile file : files.files()) {
            if (file.number() > previous) {
                rollBack(kept, snapshots, previous, file.number());
                files.read(file, records);
                previous = file.number();
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
        CheckpointImage image = newest(Long.MAX_VALUE);
        SnapshotWriter writer = new SnapshotWriter(store, epoch);
        LogSegments.Read read = applyJournals(image, journals(), until, writer);
        SnapshotWriter.Built built = writer.build(image, List.of(), false, new EpochFile(until, epoch.number()));
        CrashPoint.SNAPSHOT_WRITTEN.reach();
        writer.makeVisible(built);
        CrashPoint.SNAPSHOT_VISIBLE.reach();
        writer.deleteParts();
        return new Folded(
                image.snapshot, image.decided, built.bytes(), read == null ? 0 : read.bytes(), writer.written());
    }

    /**
     * A new snapshot.
     *
     * @param base the number of the snapshot that it was made from, or 0
     * @param decided how many batches had been decided, from the very first on
     * @param bytes its size
     * @param journals how many bytes of journals were folded
     * @param written how many bytes were written for it, with what was put between
     */
    record Folded(long base, long decided, long bytes, long journals, long written) {}

    Manifest manifest(EpochFile snapshot) throws IOException {
        return Manifest.read(files, path(snapshot) + "/" + MANIFEST);
    }

    /** Null if it is of a time after {@code until}. */
    private @Nullable CheckpointImage read(EpochFile snapshot, long until) throws IOException {
        try {
            return decode(snapshot, until);
        } catch (NoSuchFileException e) {
            throw new CheckpointException(
                    "the checkpoint " + store.location() + " lacks the file " + e.getMessage() + " of the snapshot "
                            + path(snapshot) + "; " + FrameReader.REMEDY,
                    e);
        } catch (CodecException | ClassCastException | IndexOutOfBoundsException e) {
            throw new CheckpointException(
                    "the snapshot " + store.location() + "/" + path(snapshot) + " has a file of another kind in it: "
                            + e + "; " + FrameReader.REMEDY,
                    e);
        }
    }

    private @Nullable CheckpointImage decode(EpochFile snapshot, long until) throws IOException {
        Manifest manifest = manifest(snapshot);
        if (manifest.lastDecided() > until) {
            return null;
        }
        CheckpointImage image = new CheckpointImage(until);
        image.snapshot = snapshot.number();
        manifest.start().applyTo(image);
        image.lastDecided = manifest.lastDecided();
        image.lastPlanned = manifest.lastDecided();
        image.decided = manifest.decided();
        manifest.runs().forEach(image.runs::add);
        image.dropped.putAll(manifest.dropped());
        manifest.skipped().forEach(batch -> image.skipped.put(batch.time(), batch));
        for (Manifest.Entries file : manifest.files()) {
            image.entries(file.name())
                    .startFrom(new EntryFile(files, path(snapshot) + "/" + file.file(), file.content()));
        }
        manifest.behind().forEach(record -> record.applyTo(image));
        return image;
    }

    static String path(EpochFile snapshot) {
        return DIRECTORY + "/" + snapshot.name();
    }

    /** Deletes a snapshot. */
    void delete(EpochFile snapshot) throws IOException {
        store.delete(path(snapshot));
    }
}
