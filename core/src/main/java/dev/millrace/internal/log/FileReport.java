/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import dev.millrace.error.CheckpointException;
import dev.millrace.streaming.CheckpointVerification.State;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of reading a file of a checkpoint to its end.
 *
 * @param path in the checkpoint
 * @param bytes its length
 * @param finding what there is to say of it; empty if it is whole
 */
public record FileReport(String path, long bytes, State state, String finding) {
    /** Reads a file as its reader would. */
    public interface Check {
        /**
         * @return how many bytes of it count
         * @throws CheckpointException if it is damaged
         */
        long read() throws IOException;
    }

    /** A file after it was read; null if it was deleted meanwhile, which a program that runs may do. */
    public static @Nullable FileReport of(CheckpointFiles files, String path, Check check) {
        try {
            long bytes = length(files, path);
            try {
                long right = check.read();
                return right >= bytes
                        ? new FileReport(path, bytes, State.WHOLE, "")
                        : new FileReport(path, bytes, State.CUT_OFF, right + " of its bytes count");
            } catch (CheckpointException e) {
                return new FileReport(path, bytes, State.DAMAGED, String.valueOf(e.getMessage()));
            }
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) { // such as a directory of that name; other files are read all the same
            return new FileReport(path, 0, State.DAMAGED, "it cannot be read: " + e.getMessage());
        }
    }

    /** A file that is not read to its end; null if it was deleted meanwhile. */
    public static @Nullable FileReport of(CheckpointFiles files, String path, State state, String finding)
            throws IOException {
        try {
            return new FileReport(path, length(files, path), state, finding);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            return new FileReport(path, 0, state, finding); // such as a directory
        }
    }

    /** Returns this report for a checkpoint that stands in a directory of another one. */
    public FileReport in(String directory) {
        return new FileReport(directory + "/" + path, bytes, state, finding);
    }

    /** Adds a report if there is one. */
    public static void add(List<FileReport> reports, @Nullable FileReport report) {
        if (report != null) {
            reports.add(report);
        }
    }

    private static long length(CheckpointFiles files, String path) throws IOException {
        try (InputStream in = files.store().open(path)) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
