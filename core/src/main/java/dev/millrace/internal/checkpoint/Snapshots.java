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
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots, and the journals behind them. A snapshot {@code n} holds what all journals up to {@code n} add up to: a manifest, which names
 * runs of entries for each step and input, and becomes visible in one rename. Folding merges encoded entries by the bytes of their
 * keys, so it needs no class of the program and never touches live state; it writes what the journals change as new runs, and merges
 * those that have become many, so it costs what has changed. The snapshot of a roll back has a number that no journal has, and holds less
 * than the journals before it.
 */
final class Snapshots {
    static final String DIRECTORY = "snapshots";
    static final int BLOCK_BYTES = 1 << 18;

    private final CheckpointFiles files;
    private final FileStore store;
    private final LogDirectory journals;
    private final long foldingBytes;

    /** Snapshots in which damage was found. A fold, which does not read what it does not merge, builds on none of them. */
    private final Set<String> leftOut = ConcurrentHashMap.newKeySet();

    private volatile boolean damageMet; // by the last fold

    /**
     * The most bytes of journals that folding, or a start, holds in memory: little beside a large state, enough for most
     * journals, and never most of a small heap.
     */
    private static long foldingBytes(long heap) {
        return Math.min(heap / 8, Math.max(32L << 20, heap / 16));
    }

    Snapshots(CheckpointFiles files) {
        this(files, foldingBytes(Runtime.getRuntime().maxMemory()));
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
        return newest(live(), until, true, true);
    }

    /**
     * Like {@link #newest(long)} for a roll back: of a snapshot, if one is there and whole, that has nothing of what starts have changed
     * behind the batch.
     */
    CheckpointImage beforeStarts(long until) throws IOException {
        List<EpochFile> files = live();
        long oldest = oldestBase(journals().files(), whole());
        int end = files.size();
        while (end > 0 && files.get(end - 1).number() > oldest && mayHaveStarts(files.get(end - 1), until)) {
            end--;
        }
        try {
            return newest(files.subList(0, end), until, false, true);
        } catch (CheckpointException damaged) {
            return newest(files, until, false, true);
        }
    }

    /** Returns whether a snapshot is later than a batch, or of the time between it and the next one, in which a start may have been. */
    private boolean mayHaveStarts(EpochFile snapshot, long until) throws IOException {
        try {
            Manifest manifest = manifest(snapshot);
            return manifest.lastDecided() > until || (manifest.lastDecided() == until && !manifest.ofRollBack());
        } catch (CheckpointException damaged) {
            return false; // it is told of when it is read
        }
    }

    /** @param checked whether its runs are read to their ends before anything relies on them */
    private CheckpointImage newest(List<EpochFile> files, long until, boolean withStarts, boolean checked)
            throws IOException {
        @Nullable RuntimeException firstDamage = null;
        for (int i = files.size() - 1; i >= 0; i--) {
            if (!checked && leftOut.contains(files.get(i).name())) {
                continue;
            }
            try {
                CheckpointImage image = read(files.get(i), until, withStarts, checked);
                if (image != null) {
                    return image;
                }
            } catch (CheckpointException e) {
                firstDamage = firstDamage == null ? e : firstDamage;
                if (isOfRollBack(files.get(i))) {
                    throw firstDamage; // what is older has what was undone
                }
                leftOut.add(files.get(i).name());
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
        return new CheckpointImage(until, withStarts);
    }

    /**
     * Returns whether a snapshot is one of a roll back. A damaged one is known by this, that it has no journal of its number. One whose journal
     * was retired is taken for such a one too, which does no harm, because nothing older than it is kept.
     */
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
     * Applies the journals behind a snapshot, up to a journal, to it.
     *
     * @param runs take what the journals change beyond what may be in memory
     */
    LogSegments.@Nullable Read applyJournals(CheckpointImage image, LogSegments journals, long until, NewRuns runs)
            throws IOException {
        return Journals.apply(image, journals, until, () -> makeRoom(image, runs));
    }

    /** Makes a run of the changes of the step or input that has the most, if all changes so far take more memory than they may. */
    private void makeRoom(CheckpointImage image, NewRuns runs) throws IOException {
        long bytes = 0;
        for (KeyedEntries entries : image.entries.values()) {
            bytes += entries.bytesInMemory();
        }
        if (bytes > foldingBytes) {
            Collections.max(image.entries.values(), Comparator.comparingLong(KeyedEntries::bytesInMemory))
                    .fold(runs);
        }
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

    /** The snapshots all of whose runs are there. */
    private List<EpochFile> whole() throws IOException {
        Set<String> runs = Set.copyOf(store.list(RunFile.DIRECTORY));
        List<EpochFile> whole = new ArrayList<>();
        for (EpochFile snapshot : live()) {
            if (runs.containsAll(manifest(snapshot).runNames())) {
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

    /** For what is made for a snapshot of a number. */
    NewRuns newRuns(Epoch epoch, long snapshot) {
        return new NewRuns(store, epoch, snapshot);
    }

    /**
     * Folds everything up to a journal, which is closed, into a snapshot. If another program than theirs has taken over, nothing
     * becomes visible.
     *
     * @param runs for a snapshot of the number of the journal
     */
    Folded fold(NewRuns runs) throws IOException {
        CheckpointImage image =
                newest(live(), Long.MAX_VALUE, true, damageMet); // it does not read what it does not merge
        try {
            Folded folded = fold(image, runs);
            damageMet = false;
            return folded;
        } catch (CheckpointException e) {
            damageMet = true; // the next fold finds out where, and builds on what is older
            throw e;
        }
    }

    private Folded fold(CheckpointImage image, NewRuns runs) throws IOException {
        LogSegments.Read read = applyJournals(image, journals(), runs.snapshot(), runs);
        SnapshotWriter writer = new SnapshotWriter(runs);
        long bytes = writer.build(image, List.of(), false);
        CrashPoint.SNAPSHOT_WRITTEN.reach();
        writer.makeVisible();
        CrashPoint.SNAPSHOT_VISIBLE.reach();
        return new Folded(image.snapshot, image.decided, bytes, read == null ? 0 : read.bytes(), runs.written());
    }

    /**
     * A new snapshot.
     *
     * @param base the number of the snapshot that it was made from, or 0
     * @param decided how many batches had been decided, from the very first on
     * @param bytes the size of its runs
     * @param journals how many bytes of journals were folded
     * @param written how many bytes of runs were written for it
     */
    record Folded(long base, long decided, long bytes, long journals, long written) {}

    /** @throws CheckpointException if it is damaged, or of another kind or checkpoint */
    Manifest manifest(EpochFile snapshot) throws IOException {
        try {
            return Manifest.read(files, path(snapshot));
        } catch (CodecException | ClassCastException | IndexOutOfBoundsException e) {
            throw new CheckpointException(
                    "the snapshot " + store.location() + "/" + path(snapshot) + " is a file of another kind: " + e
                            + "; " + FrameReader.REMEDY,
                    e);
        }
    }

    /** Null if it is of a time after {@code until}. */
    private @Nullable CheckpointImage read(EpochFile snapshot, long until, boolean withStarts, boolean checked)
            throws IOException {
        try {
            return decode(snapshot, until, withStarts, checked);
        } catch (NoSuchFileException e) {
            throw new CheckpointException(
                    "the checkpoint " + store.location() + " lacks the file " + e.getMessage() + " of the snapshot "
                            + path(snapshot) + "; " + FrameReader.REMEDY,
                    e);
        }
    }

    private @Nullable CheckpointImage decode(EpochFile snapshot, long until, boolean withStarts, boolean checked)
            throws IOException {
        Manifest manifest = manifest(snapshot);
        if (manifest.lastDecided() > until) {
            return null;
        }
        CheckpointImage image = new CheckpointImage(until, withStarts);
        image.snapshot = snapshot.number();
        manifest.start().applyTo(image);
        image.lastDecided = manifest.lastDecided();
        image.lastPlanned = manifest.lastDecided();
        image.decided = manifest.decided();
        manifest.programRuns().forEach(image.programRuns::add);
        image.dropped.putAll(manifest.dropped());
        manifest.skipped().forEach(batch -> image.skipped.put(batch.time(), batch));
        for (Manifest.Entries named : manifest.entries()) {
            List<RunFile> runs = new ArrayList<>();
            for (Manifest.Named run : named.runs()) {
                runs.add(RunFile.open(files, run.file(), run.seal()));
            }
            image.entries(named.name()).startFrom(runs, named.nextArrival());
        }
        if (checked) {
            image.checkRuns();
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
