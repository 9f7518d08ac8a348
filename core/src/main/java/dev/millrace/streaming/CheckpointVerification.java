/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.error.CheckpointException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.backup.BackupManifest;
import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.checkpoint.KeptInput;
import dev.millrace.internal.checkpoint.Reading;
import dev.millrace.internal.checkpoint.Receipts;
import dev.millrace.internal.checkpoint.Verification;
import dev.millrace.internal.files.DirectoryStore;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.graph.ReceiverInput;
import dev.millrace.internal.io.output.RowFiles;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.FileReport;
import dev.millrace.internal.owner.OwnersVerification;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.internal.quarantine.QuarantineFiles;
import dev.millrace.internal.receive.WriteAheadLog;
import dev.millrace.internal.start.LoggedBlocks;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint directory, read to the last byte: every file, its checksums, and what files say of each other. Nothing is locked
 * or written, and no class of the program is needed; a program may use the directory at the same time. What only the program
 * knows (whether its operators and types fit, and how far its outputs are) {@link UpgradePlan} rehearses. Immutable.
 *
 * @param id the checkpoint's id, or null if the directory is of two checkpoints, or of none because no program has used it
 * @param files what was found, by path
 * @param refused why a start would be refused, or null if it would not
 * @param start what a start would do first, in words; empty if it would be refused
 */
public record CheckpointVerification(
        @Nullable UUID id, List<File> files, @Nullable String refused, String start) {
    private static final int ATTEMPTS = 3; // a program that runs may delete what it has folded
    private static final UUID UNUSED = new UUID(0, 0);
    private static final String QUARANTINE = "quarantine";
    private static final String NOT_OURS = "no program wrote it";
    private static final Set<String> DIRECTORIES = Set.of(
            "owners",
            "journal",
            "snapshots",
            "runs",
            "receipts",
            "wal",
            RowFiles.DIRECTORY,
            QUARANTINE,
            KeptInput.DIRECTORY,
            Ownership.BACKUP);

    /** The state of a file. */
    public enum State {
        /** All of it is as it was written. */
        WHOLE,
        /** A crash has cut it off; what is there counts. */
        CUT_OFF,
        /** A program wrote it that another had taken the checkpoint from; it counts for nothing. */
        VOID,
        /** Unfinished work, which is under way or was broken off. */
        LEFT_OVER,
        /** No program wrote it; it is left alone. */
        NOT_OURS,
        /** It is not as it was written, or of another checkpoint, or missing. */
        DAMAGED
    }

    /**
     * A file.
     *
     * @param path in the directory
     * @param finding what there is to say of it; empty if it is whole
     */
    public record File(String path, long bytes, State state, String finding) {
        private static File of(FileReport report) {
            return new File(report.path(), report.bytes(), report.state(), report.finding());
        }
    }

    /**
     * Reads a checkpoint directory.
     *
     * @throws CheckpointException if the directory cannot be read
     */
    public static CheckpointVerification of(Path directory) {
        return of(new LocalFileStore(directory));
    }

    /** The same of a checkpoint on any file system. */
    public static CheckpointVerification of(FileStore store) {
        for (int attempt = 1; ; attempt++) {
            CheckpointVerification found = once(store);
            if (found.isRight() || attempt == ATTEMPTS) {
                return found;
            }
        }
    }

    private static CheckpointVerification once(FileStore store) {
        try {
            CheckpointFiles files;
            try {
                files = Ownership.filesIn(store);
            } catch (CheckpointException e) {
                return new CheckpointVerification(null, List.of(), e.getMessage(), "");
            }
            List<File> reports = new ArrayList<>();
            Start start = Start.of(files);
            Stream.of(
                            OwnersVerification.of(files),
                            Verification.of(files),
                            WriteAheadLog.verify(files),
                            lostLog(files, start.logged()),
                            rows(files, start.rows()),
                            quarantine(files),
                            skipped(files),
                            BackupManifest.verify(files),
                            others(files))
                    .flatMap(List::stream)
                    .map(File::of)
                    .sorted(Comparator.comparing(File::path))
                    .forEach(reports::add);
            UUID id = UNUSED.equals(files.checkpointId()) ? null : files.checkpointId();
            return new CheckpointVerification(id, reports, start.refusal(), start.text());
        } catch (IOException | UncheckedIOException e) {
            throw new CheckpointException(
                    "the checkpoint " + store.location() + " cannot be read: " + e + "; check the path and its rights",
                    e);
        }
    }

    /**
     * The outcome that a start would have.
     *
     * @param refusal the reason for which it would be refused; null if it would not
     * @param rows the names of the parts that it would publish; null if nobody can say
     * @param logged the inputs of which batches have taken something from the log
     */
    private record Start(
            @Nullable String refusal, String text, @Nullable Set<String> rows, List<String> logged) {
        private static Start of(CheckpointFiles files, CheckpointContents contents) {
            Set<String> rows = contents.unpublished().values().stream()
                    .flatMap(outputs -> outputs.values().stream())
                    .flatMap(decided -> RowFiles.names(decided).stream())
                    .collect(Collectors.toSet());
            List<String> logged = contents.inputs().stream()
                    .filter(input -> ReceiverInput.isLogged(contents.position(input)))
                    .toList();
            return new Start(null, start(files, contents), rows, logged);
        }

        static Start of(CheckpointFiles files) {
            try {
                return Verification.start(files, contents -> of(files, contents));
            } catch (CheckpointException e) {
                return new Start(e.getMessage(), "", null, List.of());
            }
        }
    }

    private static String start(CheckpointFiles files, CheckpointContents contents) {
        try {
            LoggedBlocks.check(files.store(), contents.plans());
            Map<String, Map<Object, Object>> positions = new HashMap<>();
            contents.inputs().forEach(input -> positions.put(input, Objects.requireNonNull(contents.position(input))));
            LoggedBlocks.checkEnds(files.store(), positions);
            checkRows(files, contents);
        } catch (UncheckedIOException e) {
            throw Reading.failed(files.store(), e);
        }
        if (contents.isNew()) {
            return "begin anew, because no program has used the directory";
        }
        BatchTime last = contents.lastDecided();
        return "go on " + (last == null ? "before its first batch" : "after batch " + last) + "; batches to take back: "
                + contents.toRetract().size() + ", to publish: "
                + contents.toPublish().size() + ", to run again: "
                + contents.plans().size();
    }

    /** Throws if rows are gone that wait for a sink, as far as can be told without asking it. */
    private static void checkRows(CheckpointFiles files, CheckpointContents contents) {
        Map<String, Receipts.Receipt> published = Reading.lastReceipts(files.store());
        Stream<String> outputs = contents.toPublish().values().stream().flatMap(staged -> staged.keySet().stream());
        outputs.distinct()
                .forEach(output -> contents.toPublish(output).forEach((batch, parts) -> {
                    Receipts.Receipt last = published.get(output);
                    boolean isPublished =
                            last != null && last.time() >= batch.time().milliseconds();
                    String problem = isPublished ? null : RowFiles.problem(files, batch, parts);
                    if (problem != null) {
                        throw new CheckpointException(problem);
                    }
                }));
    }

    /** Reports on the log if there is none any more: its newest file is never deleted. */
    private static List<FileReport> lostLog(CheckpointFiles files, List<String> logged) throws IOException {
        return logged.isEmpty() || WriteAheadLog.isIn(files.store())
                ? List.of()
                : List.of(new FileReport(
                        "wal",
                        0,
                        State.DAMAGED,
                        "it is gone, and batches have taken from it what " + String.join(", ", logged)
                                + " had stored; what was stored behind that, if anything, is lost"));
    }

    /** Reports on the files in which the rows of transactional outputs wait. */
    private static List<FileReport> rows(CheckpointFiles files, @Nullable Set<String> needed) throws IOException {
        List<FileReport> reports = new ArrayList<>();
        for (String batch : files.store().list(RowFiles.DIRECTORY)) {
            for (String part : files.store().list(RowFiles.DIRECTORY + "/" + batch)) {
                String path = RowFiles.DIRECTORY + "/" + batch + "/" + part;
                FileReport report = RowFiles.report(files, path);
                boolean isNeeded = needed == null || needed.contains(part);
                FileReport.add(
                        reports,
                        report == null || report.state() == State.WHOLE || isNeeded
                                ? report
                                : FileReport.of(
                                        files, path, State.LEFT_OVER, "its batch is not decided, or is published"));
            }
        }
        return reports;
    }

    private static List<FileReport> quarantine(CheckpointFiles files) throws IOException {
        List<FileReport> reports = new ArrayList<>();
        for (String name : files.store().list(QUARANTINE)) {
            String path = QUARANTINE + "/" + name;
            if (QuarantineFiles.isDecided(name)) {
                FileReport.add(reports, FileReport.of(files, path, () -> {
                    try (InputStream in = files.store().open(path)) {
                        QuarantineFiles.check(in);
                        return Long.MAX_VALUE; // it became visible when it was whole
                    } catch (MillraceException e) {
                        throw new CheckpointException(String.valueOf(e.getMessage()), e);
                    }
                }));
            } else {
                FileReport.add(reports, unpublished(files, path));
            }
        }
        return reports;
    }

    private static @Nullable FileReport unpublished(CheckpointFiles files, String path) throws IOException {
        if (path.endsWith(".undecided")) {
            return FileReport.of(files, path, State.LEFT_OVER, "its batch is not decided");
        }
        return path.endsWith(".tmp")
                ? FileReport.of(files, path, State.LEFT_OVER, "it is not written to its end")
                : FileReport.of(files, path, State.NOT_OURS, NOT_OURS);
    }

    /** Reports on what is kept of batches that were skipped: a checkpoint in a directory for each. */
    private static List<FileReport> skipped(CheckpointFiles files) throws IOException {
        List<FileReport> reports = new ArrayList<>();
        for (String name : files.store().list(KeptInput.DIRECTORY)) {
            String directory = KeptInput.DIRECTORY + "/" + name;
            if (KeptInput.isTemporary(name)) {
                FileReport.add(
                        reports, FileReport.of(files, directory, State.LEFT_OVER, "a skip or its end was broken off"));
            } else if (files.store().list(directory).isEmpty()) {
                FileReport.add(reports, FileReport.of(files, directory, State.NOT_OURS, NOT_OURS));
            } else {
                CheckpointFiles kept =
                        new CheckpointFiles(new DirectoryStore(files.store(), directory), files.checkpointId());
                Stream.of(OwnersVerification.of(kept), Verification.of(kept), WriteAheadLog.verify(kept))
                        .flatMap(List::stream)
                        .forEach(report -> reports.add(report.in(directory)));
            }
        }
        return reports;
    }

    private static List<FileReport> others(CheckpointFiles files) throws IOException {
        List<FileReport> reports = new ArrayList<>();
        for (String name : files.store().list("")) {
            if (!DIRECTORIES.contains(name)) {
                FileReport.add(reports, FileReport.of(files, name, State.NOT_OURS, NOT_OURS));
            }
        }
        return reports;
    }

    /** Returns whether nothing is damaged, and a start would not be refused. */
    public boolean isRight() {
        return refused == null && files.stream().noneMatch(file -> file.state() == State.DAMAGED);
    }
}
