/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
            "  millrace replay state --batch 1763800000000 -- Counts.java in",
            "  millrace replay state --batch 1763800000000 --diff -- Counts.java in",
            "  millrace replay -cp lib/shop.jar state --batch 1763800000000 -- shop.Main",
            "  millrace replay --spark state --batch 1763800000000 -- Counts.java"
        })
final class ReplayCommand implements Callable<Integer> {
    private static final String PROPERTY = "millrace.replay";

    @Option(
            names = "--batch",
            required = true,
            paramLabel = "BATCH",
            converter = BatchConverter.class,
            description = "The batch's time, in ms or as 2023-11-14T22:14:20Z.")
    @SuppressWarnings("NullAway.Init") // required
    private BatchTime batch;

    @Option(names = "--diff", description = "Compare with what was published, where outputs can say that.")
    private boolean diff;

    @Option(
            names = "--run-foreach",
            paramLabel = "NAME",
            description = "Run this output's code too, with all its effects; may be given several times.")
    private List<String> run = new ArrayList<>();

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
        return program.run(
                PROPERTY,
                Map.of(
                        PROPERTY + ".batch", Long.toString(batch.milliseconds()),
                        PROPERTY + ".diff", Boolean.toString(diff),
                        PROPERTY + ".run", String.join("\n", run)));
    }
}
