/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.quarantine;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.files.Durably;
import dev.millrace.internal.files.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that a quarantine has the records of one checkpoint. Its files are named by times of batches, which another
 * checkpoint may have as well; so the records of one would be taken for those of the other. An empty file names the
 * checkpoint. A quarantine below a checkpoint needs none.
 */
public final class QuarantineOwner {
    private static final String MARK = "checkpoint-";

    private QuarantineOwner() {}

    /**
     * Finds out whether the directory that the settings name has records of another program.
     *
     * @param checkpoint null of a run without a checkpoint
     * @return the problem, if it has
     */
    public static Optional<String> problem(Settings settings, @Nullable UUID checkpoint) throws IOException {
        String directory = settings.get(Options.QUARANTINE_DIRECTORY);
        return directory == null ? Optional.empty() : problem(Path.of(directory), checkpoint);
    }

    private static Optional<String> problem(Path directory, @Nullable UUID checkpoint) throws IOException {
        List<String> marks = marks(directory);
        String own = MARK + checkpoint;
        String others = null;
        for (String mark : marks) {
            others = mark.equals(own) ? others : "of the checkpoint with the id " + mark.substring(MARK.length());
        }
        if (marks.isEmpty()
                && checkpoint != null
                && !QuarantineFiles.decided(directory).isEmpty()) {
            others = "of runs without a checkpoint";
        }
        return Optional.ofNullable(others)
                .map(whose -> "the directory of the quarantine, " + directory + ", has records " + whose + "; set "
                        + Options.QUARANTINE_DIRECTORY.key() + " to another directory, or move that one away");
    }

    /** Marks a directory as that of a checkpoint, and makes it if there is none. */
    static void claim(Path directory, UUID checkpoint) throws IOException {
        Path mark = directory.resolve(MARK + checkpoint);
        if (!Files.exists(mark)) {
            OwnerOnly.createDirectory(directory);
            OwnerOnly.createFile(mark);
            Durably.sync(directory);
            Optional<String> problem =
                    problem(directory, checkpoint); // a program that starts at the same time sees this mark
            if (problem.isPresent()) {
                Files.delete(mark);
                throw new CheckpointException(problem.get());
            }
        }
    }

    private static List<String> marks(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(MARK))
                    .sorted()
                    .toList();
        }
    }
}
