/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** Writes runs for tests, and says what is in a cursor. */
public final class RunFiles {
    static final ValueCodec CODEC = ValueCodec.builtIn();
    static final CheckpointIdentity WRITER = new CheckpointIdentity(new UUID(1, 2), 3, new UUID(4, 5));

    /** An entry, decoded. */
    record Entry(String change, Object key, Object value, boolean again, long arrival, long touched) {}

    private final FileStore store;
    private final Schemas schemas;
    private int written;

    RunFiles(FileStore store, Schemas schemas) {
        this.store = store;
        this.schemas = schemas;
    }

    public static RunSeal write(FileStore store, String path, RunCursor entries, Schemas schemas) throws IOException {
        try (RunWriter writer = new RunWriter(store, path, WRITER, schemas)) {
            while (entries.next()) {
                writer.add(entries);
            }
            return writer.finish();
        }
    }

    public static StoredRun stored(FileStore store, String path) {
        return new StoredRun(new CheckpointFiles(store, WRITER.checkpointId()), path);
    }

    /** A new run of these entries. */
    Run write(RunCursor entries) throws IOException {
        String path = "runs/" + written++;
        return Run.open(stored(store, path), write(store, path, entries, schemas));
    }

    List<Entry> all(RunCursor entries) {
        List<Entry> all = new ArrayList<>();
        while (entries.next()) {
            all.add(entry(entries));
        }
        return all;
    }

    /** The entries of a state that is in these runs, in order of arrival. */
    List<Entry> inOrderOfArrival(List<Run> newestFirst) {
        List<Entry> all = all(merge(newestFirst, true));
        all.sort(Comparator.comparingLong(Entry::arrival));
        return all;
    }

    static RunMerge merge(List<Run> newestFirst, boolean oldest) {
        return new RunMerge(newestFirst.stream().map(Run::cursor).toList(), oldest);
    }

    Entry entry(RunCursor at) {
        boolean isPut = at.change() == dev.millrace.internal.changes.ChangeBlock.Change.PUT;
        return new Entry(
                at.change().toString(),
                CODEC.decodeKey(at.keyArray(), at.keyFrom(), at.keyTo(), schemas, at.isSorted()),
                isPut ? CODEC.decodeValue(at.valueArray(), at.valueFrom(), at.valueTo(), schemas) : null,
                at.isAgain(),
                at.arrival(),
                at.touched());
    }
}
