/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.error.CodecException;
import dev.millrace.internal.files.ReadOnlyStore;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FileReport;
import dev.millrace.internal.log.LogDirectory;
import dev.millrace.internal.log.LogVerification;
import dev.millrace.internal.runs.RunCursor;
import dev.millrace.internal.runs.RunSeal;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.CheckpointVerification.State;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads every journal, snapshot, run and receipt of a checkpoint, also those that a start would not look at. */
public final class Verification {
    private static final String UNFINISHED = "a fold or start that is under way, or was broken off, wrote it";

    private final CheckpointFiles files;
    private final FileStore store;
    private final Snapshots snapshots;
    private final List<FileReport> reports = new ArrayList<>();
    private final Map<String, RunSeal> named = new TreeMap<>(); // runs, by the snapshots that count
    private final Map<String, RunSeal> namedByVoid = new TreeMap<>();

    private Verification(CheckpointFiles files) {
        this.files = files;
        store = files.store();
        snapshots = new Snapshots(files);
    }

    /** The state of each file. Nothing is locked or written. */
    public static List<FileReport> of(CheckpointFiles files) throws IOException {
        Verification verification = new Verification(files);
        verification.journals();
        verification.snapshots();
        verification.runs();
        verification.receipts();
        return verification.reports;
    }

    private void add(String path, FileReport.Check check) {
        FileReport.add(reports, FileReport.of(files, path, check));
    }

    private void add(String path, State state, String finding) throws IOException {
        FileReport.add(reports, FileReport.of(files, path, state, finding));
    }

    private void journals() throws IOException {
        reports.addAll(LogVerification.of(
                Journals.directory(files),
                snapshots.all(),
                missing -> {}, // the start tells, if it needs it
                journals -> Journals.records(journals, record -> {})));
    }

    private void snapshots() throws IOException {
        List<EpochFile> live = snapshots.live();
        for (EpochFile snapshot : snapshots.all()) {
            String path = Snapshots.path(snapshot);
            if (live.contains(snapshot)) {
                add(path, () -> manifest(snapshot, named));
            } else {
                add(path, State.VOID, LogVerification.FENCED);
                nameVoid(snapshot);
            }
        }
        for (String name : store.list(Snapshots.DIRECTORY)) {
            String path = Snapshots.DIRECTORY + "/" + name;
            if (SnapshotWriter.isTemporary(name)) {
                add(path, State.LEFT_OVER, UNFINISHED);
            } else if (EpochFile.of(List.of(name)).isEmpty()) {
                add(path, State.NOT_OURS, "no program wrote it");
            }
        }
    }

    private long manifest(EpochFile snapshot, Map<String, RunSeal> runs) throws IOException {
        snapshots.manifest(snapshot).entries().stream()
                .flatMap(entries -> entries.runs().stream())
                .forEach(run -> runs.put(run.file(), run.seal()));
        return Long.MAX_VALUE; // it became visible when it was whole
    }

    private void nameVoid(EpochFile snapshot) throws IOException {
        try {
            manifest(snapshot, namedByVoid);
        } catch (CheckpointException | NoSuchFileException e) {
            return; // whatever it has named counts for nothing
        }
    }

    private void runs() throws IOException {
        Set<String> there = new TreeSet<>(store.list(RunFile.DIRECTORY));
        Map<String, RunSeal> missing = new TreeMap<>(named);
        for (String name : there) {
            String path = RunFile.path(name);
            RunSeal seal = missing.remove(name);
            if (seal != null) {
                add(path, () -> run(name, seal));
            } else if (namedByVoid.containsKey(name)) {
                add(path, State.VOID, LogVerification.FENCED);
            } else if (RunFile.epoch(name) != null) {
                add(path, State.LEFT_OVER, UNFINISHED);
            } else {
                add(path, State.NOT_OURS, "no program wrote it");
            }
        }
        if (!missing.isEmpty()) {
            Set<String> stillNamed = stillNamed(); // a program that runs may have deleted them with their snapshot
            missing.keySet().stream()
                    .filter(stillNamed::contains)
                    .forEach(
                            name -> reports.add(new FileReport(RunFile.path(name), 0, State.DAMAGED, "it is missing")));
        }
    }

    private Set<String> stillNamed() throws IOException {
        Map<String, RunSeal> now = new TreeMap<>();
        for (EpochFile snapshot : snapshots.live()) {
            try {
                manifest(snapshot, now);
            } catch (CheckpointException | NoSuchFileException e) {
                continue; // damaged ones are reported, and others may go meanwhile
            }
        }
        return now.keySet();
    }

    private long run(String name, RunSeal seal) throws IOException {
        try (RunCursor entries = RunFile.open(files, name, seal).run().cursor()) {
            while (entries.next()) {
                // it can be read
            }
            return Long.MAX_VALUE;
        } catch (CodecException | ClassCastException | IndexOutOfBoundsException e) {
            throw new CheckpointException("it is of another kind: " + e, e);
        }
    }

    private void receipts() throws IOException {
        LogDirectory log = Receipts.directory(files);
        reports.addAll(LogVerification.of(log, List.of(), missing -> {}, segments -> Receipts.frames(log)));
    }

    /**
     * Tells of the state of the checkpoint that a start would find.
     *
     * @throws CheckpointException if it would be refused
     */
    public static <R> R start(CheckpointFiles all, Reading.Telling<R> telling) {
        CheckpointFiles files = new CheckpointFiles(new ReadOnlyStore(all.store()), all.checkpointId());
        try {
            return Reading.asAStart(files, telling);
        } catch (IOException e) {
            throw Reading.failed(files.store(), e);
        }
    }
}
