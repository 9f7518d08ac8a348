/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Rehearses the start of a program on a checkpoint. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Says what a program would make of a checkpoint, without starting it.",
        description = {
            "Runs the main method of a program until it starts its context. Then it prints what becomes of each input, state,"
                    + " window and output, and ends: with 0 if the program would start, with 1 and the lines to write if"
                    + " not. Nothing is locked or written; the version before may be running.",
            "DIR takes the place of the checkpoint directory that the program names, so a copy will do."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace checkpoint plan state -- Counts.java /var/data/in",
            "  millrace checkpoint plan -cp lib/shop.jar state -- shop.Main --verbose"
        })
final class CheckpointPlan implements Callable<Integer> {
    private static final String PROPERTY = "millrace.checkpoint.plan";

    @Option(
            names = {"-cp", "--class-path"},
            paramLabel = "PATH",
            description = "Jars and directories that the program needs beside Millrace.")
    private String classPath = "";

    @Parameters(index = "0", paramLabel = "DIR", description = "The checkpoint directory, or a copy of it.")
    @SuppressWarnings("NullAway.Init") // required
    private Path directory;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "-- PROGRAM ARGUMENT",
            description = "A Java file, or a class with a main method; and its arguments.")
    private List<String> command = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        CheckpointCommand.existing(directory, spec);
        int first = command.get(0).equals("--") ? 1 : 0;
        if (command.size() == first) {
            throw new ParameterException(spec.commandLine(), "name the program after --");
        }
        String program = command.get(first);
        List<String> arguments = command.subList(first + 1, command.size());
        ProgramMain main = ProgramMain.isSource(program)
                ? ProgramMain.ofSource(Path.of(program), classPath)
                : ProgramMain.ofClass(program, classPath);
        System.setProperty(PROPERTY, directory.toString());
        if (main.run(arguments, spec.commandLine().getErr()) == 0) { // else the process had ended
            throw new CommandFailure(
                    program + " ended without starting a context; give it the arguments with which it" + " starts one");
        }
        return 1;
    }
}
