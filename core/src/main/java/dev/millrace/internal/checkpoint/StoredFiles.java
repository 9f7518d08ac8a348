/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.Extent;
import dev.millrace.internal.log.LogSegments;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The journals, snapshots and receipts that count, to be copied while a program goes on. Nothing is locked or written. */
public final class StoredFiles {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.checkpoint");

    private StoredFiles() {}

    /** Returns how far each journal goes now. */
    public static List<Extent> journals(CheckpointFiles files) throws IOException {
        return new Snapshots(files).journals().extents();
    }

    /** Returns how far each file of receipts goes now. */
    public static List<Extent> receipts(CheckpointFiles files) throws IOException {
        return LogSegments.of(Receipts.directory(files)).extents();
    }

    /** The paths of snapshots and of the runs that they name, which never change once they are there. */
    public static Set<String> snapshots(CheckpointFiles files) throws IOException {
        Set<String> paths = new LinkedHashSet<>();
        Snapshots snapshots = new Snapshots(files);
        for (EpochFile snapshot : snapshots.live()) {
            try {
                snapshots.manifest(snapshot).runNames().forEach(run -> paths.add(RunFile.path(run)));
            } catch (NoSuchFileException e) {
                continue; // it was deleted just now
            } catch (CheckpointException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "of a snapshot that cannot be read no run is copied: {0}",
                        e.getMessage());
            }
            paths.add(Snapshots.path(snapshot));
        }
        return paths;
    }
}
