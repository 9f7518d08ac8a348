/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.FileReport;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.spi.OutputBatch;
import dev.millrace.streaming.CheckpointVerification.State;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The files in which rows of transactional outputs wait in a checkpoint until the sink has them. */
public final class RowFiles {
    /** The directory below the checkpoint's; in it is one for each batch of an output. */
    public static final String DIRECTORY = "rows";

    private static final Pattern PART = Pattern.compile("(rows-\\d{5}\\.\\d+-[0-9a-f-]{36})(?:of\\d+)?");

    private RowFiles() {}

    /** A name by which a decision tells a file of rows from what other outputs have staged. */
    static String newName(int partition, int attempt) {
        return String.format(Locale.ROOT, "rows-%05d.%d-%s", partition, attempt, UUID.randomUUID());
    }

    /** The files that a decision names, as far as they are of rows. */
    public static List<String> names(List<String> decided) {
        return decided.stream()
                .map(PART::matcher)
                .filter(Matcher::matches)
                .map(part -> part.group(1))
                .toList();
    }

    /** The paths of those files of a batch that its decision names. */
    public static List<String> paths(OutputBatch batch, List<String> decided) {
        String directory = DIRECTORY + "/" + StagedName.of(batch) + "/";
        return names(decided).stream().map(name -> directory + name).toList();
    }

    /** Reads a file to its end; null if it is not there. */
    public static @Nullable FileReport report(CheckpointFiles files, String path) {
        return FileReport.of(files, path, () -> ObjectFile.check(files, path));
    }

    /**
     * Says what keeps a decided batch from being published: the first file of it that is not as it was staged, and what to do;
     * null if all are, or if they are not rows.
     */
    public static @Nullable String problem(CheckpointFiles files, OutputBatch batch, List<String> decided) {
        for (String path : paths(batch, decided)) {
            FileReport report = report(files, path);
            if (report == null) {
                return problem(
                        batch, "the file " + files.store().location() + "/" + path + " is gone; " + FrameReader.REMEDY);
            }
            if (report.state() != State.WHOLE) {
                return problem(batch, report.finding());
            }
        }
        return null;
    }

    private static String problem(OutputBatch batch, String finding) {
        return "batch " + batch.time() + " is decided, and its rows for the output " + batch.outputName()
                + " cannot be published: " + finding
                + "; or go back to a batch before it, so that it runs again: millrace checkpoint rollback";
    }
}
