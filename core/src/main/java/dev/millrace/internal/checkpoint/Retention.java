/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.LogSegments;
import java.io.IOException;
import java.util.List;

/**
 * Deletes what nobody can ask for any more. Kept are the newest two snapshots, the newest that is older than the batches
 * to retain, and everything behind the oldest of these. Only what is older than that is ever deleted, so a program that
 * was fenced and does not know it yet takes nothing that its successor has read.
 */
final class Retention {
    private final Snapshots snapshots;
    private final int batches;

    /** @param batches how many decided batches can be had again at least */
    Retention(CheckpointFiles files, int batches) {
        this.batches = batches;
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
    }

    /** The newest snapshot with at most so many decided batches; -1 if there is none. */
    private int indexOlderThan(long decided, List<EpochFile> live) throws IOException {
        for (int i = live.size() - 1; i >= 0; i--) {
            try {
                if (snapshots.manifest(live.get(i)).decided() <= decided) {
                    return i;
                }
            } catch (CheckpointException e) {
                System.getLogger("dev.millrace.streaming.checkpoint")
                        .log(System.Logger.Level.WARNING, "snapshot {0} counts for nothing: {1}", live.get(i), e);
            }
        }
        return -1;
    }
}
