/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes a snapshot for the program of an epoch: its runs, then its manifest under a name that readers pass over; that becomes visible in one
 * rename. If another program has taken over, nothing becomes visible.
 */
final class SnapshotWriter {
    private static final String BUILDING = "building";

    private final NewRuns runs;
    private final Epoch epoch;
    private final FileStore store;
    private final EpochFile snapshot;
    private final String building;

    /** @param runs those that are new in it */
    SnapshotWriter(NewRuns runs) {
        this.runs = runs;
        epoch = runs.epoch();
        store = runs.store();
        snapshot = new EpochFile(runs.snapshot(), epoch.number());
        building = building(epoch);
    }

    /**
     * Writes all but the rename.
     *
     * @param behind what follows as if it stood in a journal
     * @param ofRollBack whether it holds less than the journals before it
     * @return how many bytes its runs have
     */
    long build(CheckpointImage image, List<JournalRecord> behind, boolean ofRollBack) throws IOException {
        epoch.check(); // a file would make the directory anew if it was moved away
        deleteLeft(store, epoch);
        if (image.start == null) {
            throw new CheckpointException("the journal has no first record");
        }
        List<Manifest.Entries> entries = new ArrayList<>();
        long bytes = 0;
        for (Map.Entry<String, KeyedEntries> named : image.entries.entrySet()) {
            named.getValue().fold(runs);
            entries.add(Manifest.Entries.of(named.getKey(), named.getValue()));
            bytes += named.getValue().runs().stream().mapToLong(RunFile::bytes).sum();
        }
        List<JournalRecord> records = new ArrayList<>(image.retractions());
        records.addAll(behind);
        new Manifest(
                        image.start,
                        image.lastDecided,
                        image.decided,
                        entries,
                        image.programRuns.byEpoch(),
                        image.dropped,
                        image.skipped.values(),
                        records,
                        ofRollBack)
                .write(store, Snapshots.DIRECTORY + "/" + building, epoch.identity(), Snapshots.path(snapshot));
        return bytes;
    }

    /** Returns whether a name in the directory of snapshots is that of something unfinished. */
    static boolean isTemporary(String name) {
        return name.startsWith(BUILDING);
    }

    private static String building(Epoch epoch) {
        return BUILDING + String.format(Locale.ROOT, "-%010d", epoch.number());
    }

    /** Deletes manifests that never became visible, so that none of them does; but nothing of a program that took over. */
    static void deleteLeft(FileStore store, Epoch epoch) throws IOException {
        for (String left : store.list(Snapshots.DIRECTORY)) {
            if (isTemporary(left) && left.compareTo(building(epoch)) <= 0) {
                store.delete(Snapshots.DIRECTORY + "/" + left);
            }
        }
    }

    void makeVisible() throws IOException {
        epoch.check();
        runs.keepAll(); // if the rename fails, it may have happened
        store.rename(Snapshots.DIRECTORY + "/" + building, Snapshots.path(snapshot));
    }
}
