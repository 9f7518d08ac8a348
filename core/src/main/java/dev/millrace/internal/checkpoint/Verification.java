/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.files.ReadOnlyStore;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FileReport;
import dev.millrace.internal.log.LogDirectory;
import dev.millrace.internal.log.LogVerification;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.CheckpointVerification.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads every journal, snapshot and receipt of a checkpoint, also those that a start would not look at. */
public final class Verification {
    private final CheckpointFiles files;
    private final FileStore store;
    private final Snapshots snapshots;
    private final List<FileReport> reports = new ArrayList<>();

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
            if (live.contains(snapshot)) {
                snapshot(snapshot);
            } else {
                for (String name : store.list(Snapshots.path(snapshot))) {
                    add(Snapshots.path(snapshot) + "/" + name, State.VOID, LogVerification.FENCED);
                }
            }
        }
        for (String name : store.list(Snapshots.DIRECTORY)) {
            String path = Snapshots.DIRECTORY + "/" + name;
            if (SnapshotWriter.isTemporary(name)) {
                for (String left : store.list(path)) {
                    add(path + "/" + left, State.LEFT_OVER, "a fold that is under way, or was broken off, wrote it");
                }
            } else if (EpochFile.of(List.of(name)).isEmpty()) {
                add(path, State.NOT_OURS, "no program wrote it");
            }
        }
    }

    private void snapshot(EpochFile snapshot) throws IOException {
        String directory = Snapshots.path(snapshot) + "/";
        Set<String> unknown = new HashSet<>(store.list(Snapshots.path(snapshot)));
        List<Manifest.Entries> named = new ArrayList<>();
        add(directory + Snapshots.MANIFEST, () -> {
            named.addAll(snapshots.manifest(snapshot).files());
            return Long.MAX_VALUE; // it became visible when it was whole
        });
        unknown.remove(Snapshots.MANIFEST);
        for (Manifest.Entries file : named) {
            if (unknown.remove(file.file())) {
                add(directory + file.file(), () -> entries(directory, file));
            } else if (snapshots.all().contains(snapshot)) {
                reports.add(new FileReport(directory + file.file(), 0, State.DAMAGED, "it is missing"));
            }
        }
        for (String name : unknown) {
            add(directory + name, State.NOT_OURS, "no manifest names it");
        }
    }

    private long entries(String directory, Manifest.Entries file) throws IOException {
        try {
            new EntryFile(files, directory + file.file(), file.content()).check(new Schemas());
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
