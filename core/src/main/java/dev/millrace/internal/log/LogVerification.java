/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import dev.millrace.error.CheckpointException;
import dev.millrace.streaming.CheckpointVerification.State;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads every segment of a log, also those that a start would not look at. */
public final class LogVerification {
    /** The finding of a file whose writer was fenced. */
    public static final String FENCED = "its writer had been fenced before it began it, so nothing reads it";

    private LogVerification() {}

    /**
     * The state of each file of the directory. Nothing is locked or written.
     *
     * @param others files of the same numbering, which tell of fencing too
     * @param gap throws where a number may not be missing
     * @param reading makes what takes the frames of successive segments; anew behind one that is damaged
     */
    public static List<FileReport> of(
            LogDirectory directory,
            List<EpochFile> others,
            LogSegments.Gap gap,
            Function<LogSegments, LogDirectory.Frames> reading)
            throws IOException {
        List<FileReport> reports = new ArrayList<>();
        LogSegments segments = LogSegments.withDamaged(directory, others);
        LogDirectory.Frames frames = reading.apply(segments);
        long expected = segments.files().isEmpty() ? 0 : segments.files().get(0).number();
        for (EpochFile file : directory.all()) {
            if (!segments.files().contains(file)) {
                FileReport.add(reports, uncounted(segments, file));
                continue;
            }
            if (file.number() != expected) {
                FileReport.add(reports, missing(directory, gap, expected));
            }
            expected = file.number() + 1;
            LogDirectory.Frames now = frames;
            FileReport report = FileReport.of(
                    directory.files(), directory.path(file), () -> directory.read(file, length(segments, file), now));
            FileReport.add(reports, report);
            if (report != null && report.state() == State.DAMAGED) {
                frames = reading.apply(segments);
            }
        }
        reports.addAll(notOurs(directory.files(), directory.name()));
        return reports;
    }

    /** The files that no program wrote. */
    public static List<FileReport> notOurs(CheckpointFiles files, String directory) throws IOException {
        List<FileReport> reports = new ArrayList<>();
        for (String name : files.store().list(directory)) {
            if (EpochFile.of(List.of(name)).isEmpty()) {
                FileReport.add(
                        reports, FileReport.of(files, directory + "/" + name, State.NOT_OURS, "no program wrote it"));
            }
        }
        return reports;
    }

    private static @Nullable FileReport uncounted(LogSegments segments, EpochFile file) throws IOException {
        boolean cutOff = segments.unstarted().contains(file);
        LogDirectory directory = segments.directory();
        return FileReport.of(
                directory.files(),
                directory.path(file),
                cutOff ? State.CUT_OFF : State.VOID,
                cutOff ? "it ends before its header does, so nothing of it counts" : FENCED);
    }

    private static @Nullable FileReport missing(LogDirectory directory, LogSegments.Gap gap, long number) {
        try {
            gap.before(new EpochFile(number, 0));
            return null;
        } catch (CheckpointException e) {
            return new FileReport(directory.name(), 0, State.DAMAGED, String.valueOf(e.getMessage()));
        }
    }

    /** Unknown, too, if the next segment is damaged, which has a report of its own. */
    private static long length(LogSegments segments, EpochFile file) throws IOException {
        try {
            return segments.length(file);
        } catch (CheckpointException | FileSystemException e) {
            return -1;
        }
    }
}
