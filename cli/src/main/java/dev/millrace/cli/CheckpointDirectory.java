/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The checkpoint directory that a command is told. */
final class CheckpointDirectory {
    @Parameters(paramLabel = "DIR", description = "The program's checkpoint directory.")
    @SuppressWarnings("NullAway.Init") // required
    private Path directory;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    /** The path as it was written; a message, and the end of the command, if there is no directory. */
    Path existing() {
        return existing(directory, command);
    }

    /** The same of a directory that a command has another option for. */
    static Path existing(Path directory, CommandSpec command) {
        if (!Files.isDirectory(directory)) {
            throw new ParameterException(
                    command.commandLine(), "the checkpoint " + directory + " is no directory; correct the path");
        }
        newestBackup(directory).ifPresent(newest -> {
            throw new ParameterException(
                    command.commandLine(),
                    directory + " is a directory of backups; name one of them, such as " + directory.resolve(newest));
        });
        return directory;
    }

    /** Of a directory of backups, which is itself no checkpoint. */
    private static Optional<Path> newestBackup(Path directory) {
        if (Files.exists(directory.resolve("owners")) || Files.exists(directory.resolve("journal"))) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(Path::getFileName)
                    .filter(name -> name.toString().matches("backup-[0-9]{1,9}"))
                    .max(Comparator.comparingInt(
                            name -> Integer.parseInt(name.toString().substring("backup-".length()))));
        } catch (IOException e) {
            return Optional.empty(); // whoever reads it tells of that
        }
    }
}
