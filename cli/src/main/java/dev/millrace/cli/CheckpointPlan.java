/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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
            "  millrace checkpoint plan state -- Counts.java in",
            "  millrace checkpoint plan -cp lib/shop.jar state -- shop.Main --verbose",
            "  millrace checkpoint plan --spark state -- Counts.java"
        })
final class CheckpointPlan implements Callable<Integer> {
    private static final String PROPERTY = "millrace.checkpoint.plan";

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ProgramOnCheckpoint program;

    @Mixin
    private LogOptions log = new LogOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        log.install(Level.WARNING, spec.commandLine().getErr());
        return program.run(PROPERTY, Map.of());
    }
}
