/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.wal;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FileReport;
import dev.millrace.streaming.CheckpointVerification.State;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads every segment of the log, also those that a start would not look at. */
public final class LogVerification {
    private LogVerification() {}

    /** The state of each segment, and of the log as a whole if that is not right. Nothing is locked or written. */
    public static List<FileReport> of(CheckpointFiles files) throws IOException {
        List<FileReport> reports = new ArrayList<>();
        List<String> names = files.store().list(Segment.DIRECTORY);
        List<EpochFile> all = EpochFile.of(names);
        Set<EpochFile> live = new HashSet<>(all);
        String problem = "";
        try {
            LogScan scan = new LogScan(files);
            live.clear();
            scan.segments().forEach(segment -> live.add(segment.file()));
        } catch (CheckpointException | FileSystemException e) {
            problem = String.valueOf(e.getMessage());
        }
        for (EpochFile file : all) {
            String path = Segment.path(file);
            if (problem.contains(path)) {
                FileReport.add(reports, FileReport.of(files, path, State.DAMAGED, problem));
                problem = "";
            } else if (live.contains(file)) {
                FileReport.add(
                        reports, FileReport.of(files, path, () -> FileReport.readAll(files.readMarked(path, true))));
            } else {
                FileReport.add(
                        reports,
                        FileReport.of(files, path, State.VOID, "nothing that was said to be durable is in it"));
            }
        }
        for (String name : names) {
            if (EpochFile.of(List.of(name)).isEmpty()) {
                FileReport.add(
                        reports,
                        FileReport.of(files, Segment.DIRECTORY + "/" + name, State.NOT_OURS, "no program wrote it"));
            }
        }
        if (!problem.isEmpty()) {
            reports.add(new FileReport(Segment.DIRECTORY, 0, State.DAMAGED, problem));
        }
        return reports;
    }
}
