/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.runs.RunCursor;
import dev.millrace.internal.runs.RunSeal;
import dev.millrace.internal.runs.RunWriter;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the runs of one snapshot, and those that stand for what journals change beyond what may be in memory. Nobody looks for a run
 * before a manifest names it.
 */
final class NewRuns {
    /** For runs that nobody needs when they have been read. */
    static final long OF_NO_SNAPSHOT = 0;

    private static final int LOOKS_EACH = 1 << 12;

    private final FileStore store;
    private final Epoch epoch;
    private final long snapshot;
    private final Set<String> written = new HashSet<>();
    private int number;
    private long bytes;
    private volatile boolean stopped;

    /** @param snapshot the number of the one that they are for */
    NewRuns(FileStore store, Epoch epoch, long snapshot) {
        this.store = store;
        this.epoch = epoch;
        this.snapshot = snapshot;
    }

    /** The epoch of the program that writes them. */
    Epoch epoch() {
        return epoch;
    }

    /** The number of the snapshot that they are for. */
    long snapshot() {
        return snapshot;
    }

    FileStore store() {
        return store;
    }

    /** The number of bytes written, with those that stood between. */
    long written() {
        return bytes;
    }

    /** Makes the writing of a run fail soon. Any thread. */
    void stop() {
        stopped = true;
    }

    /**
     * Writes entries, durably.
     *
     * @param entries in the order of runs; closed afterwards
     * @param schemas of the entries
     * @return null if there is none
     */
    @Nullable
    RunFile write(RunCursor entries, Schemas schemas) throws IOException {
        try (entries) {
            return entries.next() ? writeAll(entries, schemas) : null;
        }
    }

    private RunFile writeAll(RunCursor entries, Schemas schemas) throws IOException {
        epoch.check(); // a file would make the directory anew if it was moved away
        String name = RunFile.name(snapshot, epoch.number(), number++);
        try (RunWriter writer = new RunWriter(store, RunFile.path(name), epoch.identity(), schemas)) {
            written.add(name);
            long count = 0;
            do {
                writer.add(entries);
                if (++count % LOOKS_EACH == 0 && stopped) {
                    throw new IOException("it was given up");
                }
            } while (entries.next());
            RunSeal seal = writer.finish();
            bytes += seal.bytes();
            CrashPoint.RUN_WRITTEN.reach();
            return RunFile.open(new CheckpointFiles(store, epoch.identity().checkpointId()), name, seal);
        }
    }

    /** Deletes a run if it is one of these, because no manifest will name it. */
    void forget(RunFile run) throws IOException {
        if (written.remove(run.name())) {
            store.delete(RunFile.path(run.name()));
        }
    }

    /** They stay, whatever becomes of the snapshot. */
    void keepAll() {
        written.clear();
    }

    /** Deletes all of them, when they have been read, or no snapshot comes of them. */
    void forgetAll() throws IOException {
        for (String name : written) {
            store.delete(RunFile.path(name));
        }
        written.clear();
    }
}
