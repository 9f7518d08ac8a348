/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.internal.runs.Run;
import dev.millrace.internal.runs.RunCopy;
import dev.millrace.internal.runs.RunSeal;
import dev.millrace.internal.runs.StoredRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A run of a checkpoint: an immutable file of entries of one step or input, which any number of snapshots may name.
 *
 * @param name below {@link #DIRECTORY}
 * @param run what it holds
 */
record RunFile(CheckpointFiles files, String name, Run run) {
    static final String DIRECTORY = "runs";

    private static final Pattern NAME = Pattern.compile("\\d{10}-(\\d{10})-\\d{4,9}");

    /**
     * @param seal what its manifest says of it
     * @throws CheckpointException if it is another file, or damaged where it is looked at now
     */
    static RunFile open(CheckpointFiles files, String name, RunSeal seal) throws IOException {
        return new RunFile(files, name, Run.open(new StoredRun(files, path(name)), seal));
    }

    static String path(String name) {
        return DIRECTORY + "/" + name;
    }

    /** A name that is given once: a program makes one snapshot of a number. */
    static String name(long snapshot, long epoch, int number) {
        return String.format(Locale.ROOT, "%010d-%010d-%04d", snapshot, epoch, number);
    }

    /** The epoch of the program that has written the file of a name; null if none has. */
    static @Nullable Long epoch(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? Long.valueOf(matcher.group(1)) : null;
    }

    long bytes() {
        return run.seal().bytes();
    }

    /** Has it in a file of the program, at a path where none is. */
    RunCopy copy(Path path) throws IOException {
        return RunCopy.of(new StoredRun(files, path(name)), run.seal(), path);
    }

    /**
     * Reads it without looking at its entries, so that damage is known before anything relies on it.
     *
     * @throws CheckpointException if it is damaged, or is another file
     */
    void check() throws IOException {
        try (FrameReader frames = files.read(path(name), false)) {
            while (frames.next() != null) {
                // its checksum is right
            }
            RunSeal seal = run.seal();
            if (frames.position() != seal.bytes() || frames.checksum() != seal.checksum()) {
                throw new CheckpointException("the file " + files.store().location() + "/" + path(name)
                        + " is not the one that its manifest names; " + FrameReader.REMEDY);
            }
        }
    }
}
