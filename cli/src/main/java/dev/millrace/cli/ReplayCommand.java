/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.streaming.BatchTime;
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

/** Runs one batch of a program again. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Runs a batch of the past again, and writes nothing.",
        description = {
            "Runs the main method of a program until it starts its context. Then a batch that the checkpoint retains is run"
                    + " again from its plan and the state before it; its outputs are printed here, or with --diff compared"
                    + " with what was published, and the process ends: with 1 if something differs.",
            "Nothing is locked or written, no receiver starts, and the program may be running. Outputs that are code of"
                    + " the program, such as foreachRDD, are skipped unless they are named."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace replay state --batch 1763800000000 -- Counts.java /var/data/in",
            "  millrace replay state --batch 1763800000000 --diff -- Counts.java /var/data/in",
            "  millrace replay -cp lib/shop.jar state --batch 1763800000000 -- shop.Main --verbose"
        })
final class ReplayCommand implements Callable<Integer> {
    private static final String PROPERTY = "millrace.replay";

    @Option(
            names = "--batch",
            required = true,
            paramLabel = "BATCH",
            converter = BatchConverter.class,
            description = "The batch: its time in ms, or as in 2023-11-14T22:14:20Z.")
    @SuppressWarnings("NullAway.Init") // required
    private BatchTime batch;

    @Option(names = "--diff", description = "Compare with what was published, where outputs can say that.")
    private boolean diff;

    @Option(
            names = "--run-foreach",
            paramLabel = "NAME",
            description = "Run this output's code too, with all its effects; may be given several times.")
    private List<String> run = new ArrayList<>();

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
        System.setProperty(PROPERTY + ".batch", Long.toString(batch.milliseconds()));
        System.setProperty(PROPERTY + ".diff", Boolean.toString(diff));
        System.setProperty(PROPERTY + ".run", String.join("\n", run));
        if (main.run(arguments, spec.commandLine().getErr()) == 0) { // else the process had ended
            throw new CommandFailure(
                    program + " ended without starting a context; give it the arguments with which it starts one");
        }
        return 1;
    }
}
