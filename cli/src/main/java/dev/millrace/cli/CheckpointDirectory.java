/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.nio.file.Files;
import java.nio.file.Path;
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
        return directory;
    }
}
