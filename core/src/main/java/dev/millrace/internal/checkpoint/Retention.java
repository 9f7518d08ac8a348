/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.LogSegments;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes what cannot be asked for any more, and then the runs that no snapshot names. Kept are the newest two snapshots, the newest that is older than the batches
 * to retain, and everything behind the oldest of these. Only what is older than that is ever deleted, so a program that
 * was fenced and does not know it yet takes nothing that its successor has read. Of runs it deletes those alone that itself or programs
 * before it have written: its successor writes its own, and names others only if a snapshot that is kept names them.
 */
final class Retention {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.checkpoint");

    private final FileStore store;
    private final Snapshots snapshots;
    private final int batches;

    /** @param batches how many decided batches can be had again at least */
    Retention(CheckpointFiles files, int batches) {
        this.batches = batches;
        store = files.store();
        snapshots = new Snapshots(files);
    }

    /** @param decided how many batches have been decided, from the very first on */
    void retire(long decided, Epoch epoch) throws IOException {
        List<EpochFile> live = snapshots.live();
        int oldest = Math.min(live.size() - 2, indexOlderThan(decided - batches, live));
        if (oldest >= 0) {
            epoch.check();
            long number = live.get(oldest).number();
            LogSegments journals = snapshots.journals();
            journals.directory()
                    .deleteUntil(number, journals.files(), epoch.number(), CrashPoint.JOURNAL_RETIRED::reach);
            for (EpochFile snapshot : snapshots.all()) {
                if (snapshot.number() < number) {
                    snapshots.delete(snapshot);
                }
            }
        }
        deleteUnnamed(epoch);
    }

    /**
     * Deletes the runs that no snapshot names: of snapshots that were deleted, and of programs that died before theirs was visible.
     *
     * @param epoch of the program that has the checkpoint, and writes no run meanwhile
     */
    void deleteUnnamed(Epoch epoch) throws IOException {
        SnapshotWriter.deleteLeft(store, epoch); // those that a fenced program would make visible name some of them
        List<String> unnamed = new ArrayList<>();
        for (String run : store.list(RunFile.DIRECTORY)) {
            Long writer = RunFile.epoch(run);
            if (writer != null && writer <= epoch.number()) {
                unnamed.add(run);
            }
        }
        List<EpochFile> all = snapshots.all();
        try {
            for (EpochFile snapshot : all) {
                unnamed.removeAll(snapshots.manifest(snapshot).runNames());
            }
        } catch (CheckpointException e) { // when it has been retired, these go
            LOG.log(
                    System.Logger.Level.WARNING,
                    "runs that no other snapshot names are kept, because {0}",
                    e.getMessage());
            return;
        }
        if (!unnamed.isEmpty()) {
            epoch.check();
        }
        if (!unnamed.isEmpty() && !all.isEmpty()) {
            store.sync(Snapshots.DIRECTORY); // a snapshot whose deletion is undone must not lack them
        }
        for (String run : unnamed) {
            store.delete(RunFile.path(run));
            CrashPoint.RUN_RETIRED.reach();
        }
    }

    /** The newest snapshot with at most so many decided batches; -1 if there is none. */
    private int indexOlderThan(long decided, List<EpochFile> live) throws IOException {
        for (int i = live.size() - 1; i >= 0; i--) {
            try {
                if (snapshots.manifest(live.get(i)).decided() <= decided) {
                    return i;
                }
            } catch (CheckpointException e) {
                LOG.log(System.Logger.Level.WARNING, "snapshot {0} counts for nothing: {1}", live.get(i), e);
            }
        }
        return -1;
    }
}
