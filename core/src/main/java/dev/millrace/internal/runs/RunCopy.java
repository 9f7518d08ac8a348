/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A run in a file that belongs to the program alone, so that nobody else deletes it. No record: Java 17's javadoc ends with an error on it. */
public final class RunCopy {
    private final Run run;
    private final LocalRun file;
    private final boolean isCopied;

    private RunCopy(Run run, LocalRun file, boolean isCopied) {
        this.run = run;
        this.file = file;
        this.isCopied = isCopied;
    }

    public Run run() {
        return run;
    }

    /** The number of bytes that were copied from the checkpoint, because there could be no link to them; else 0. */
    public long copiedBytes() {
        return isCopied ? run.seal().bytes() : 0;
    }

    /** Gives the path of a file that is to be made. */
    public interface Paths {
        /** @throws IOException if there can be none */
        Path next() throws IOException;
    }

    /** Opens the file of a run that stands at a path. */
    public static RunCopy open(Path path, RunSeal seal) throws IOException {
        return open(new LocalRun(path), seal, false);
    }

    private static RunCopy open(LocalRun file, RunSeal seal, boolean isCopied) throws IOException {
        boolean opened = false;
        try {
            RunCopy copy = new RunCopy(Run.open(file, seal), file, isCopied);
            opened = true;
            return copy;
        } finally {
            if (!opened) {
                file.close();
            }
        }
    }

    /**
     * Has a run of a checkpoint in a file of one's own: by a link where the file system makes one, else byte by byte.
     *
     * @param seal of the run
     */
    public static RunCopy of(StoredRun stored, RunSeal seal, Path path) throws IOException {
        return made(path, () -> {
            boolean isLink = stored.copyTo(path);
            return open(isLink ? new LocalRun(path, stored) : new LocalRun(path), seal, !isLink);
        });
    }

    /** Writes entries; the cursor is closed. */
    public static RunCopy write(RunCursor entries, Path path) throws IOException {
        return made(path, () -> {
            try (entries;
                    RunWriter writer = LocalRun.writer(path)) {
                while (entries.next()) {
                    writer.add(entries);
                }
                return open(path, writer.finish());
            }
        });
    }

    private interface Making {
        RunCopy make() throws IOException;
    }

    private static RunCopy made(Path path, Making making) throws IOException {
        boolean whole = false;
        try {
            RunCopy made = making.make();
            whole = true;
            return made;
        } finally {
            if (!whole) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Closes and deletes the file. */
    public void delete() {
        file.close();
        try {
            Files.deleteIfExists(file.path());
        } catch (IOException e) {
            System.getLogger("dev.millrace.memory")
                    .log(System.Logger.Level.DEBUG, "a spill file stays until its directory goes: {0}", e);
        }
    }
}
