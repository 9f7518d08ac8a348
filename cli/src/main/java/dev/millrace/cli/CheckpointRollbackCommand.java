/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.CheckpointRollback;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes a checkpoint back to a batch. */
@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Goes back to an earlier batch.",
        description = {
            "Takes a checkpoint back to a batch: state, windows and positions are as they were when it was complete. The"
                    + " batches behind it run again at the next start, with the same times and the same input; before that"
                    + " the outputs take back what these batches had published. The program must be stopped."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace checkpoint rollback state --to 1700000060000",
            "  millrace checkpoint rollback state --to 2023-11-14T22:14:20Z --dry-run"
        })
final class CheckpointRollbackCommand implements Callable<Integer> {
    @Option(
            names = "--to",
            required = true,
            paramLabel = "BATCH",
            converter = BatchConverter.class,
            description = "The batch's time, in ms or as 2023-11-14T22:14:20Z.")
    @SuppressWarnings("NullAway.Init") // required
    private BatchTime to;

    @Option(names = "--dry-run", description = "Says what would be done, and does not do it.")
    private boolean dryRun;

    @Parameters(paramLabel = "DIR", description = "The program's checkpoint directory.")
    @SuppressWarnings("NullAway.Init") // required
    private Path directory;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Path existing = CheckpointCommand.existing(directory, spec);
        PrintWriter out = spec.commandLine().getOut();
        CheckpointRollback plan = CheckpointRollback.plan(existing, to);
        out.println("checkpoint   " + directory);
        out.println("back to      " + Batches.dated(to));
        out.println("run again    " + Batches.several(plan.again()));
        plan.takenBack()
                .forEach((output, batches) -> out.println("taken back   " + output + ": " + Batches.several(batches)));
        plan.repeated()
                .forEach(output -> out.println(
                        "repeated     " + output + ": is told of these batches a second time, it cannot take back"));
        if (plan.done()) {
            out.println("That is the last complete batch already; nothing was changed.");
        } else if (dryRun) {
            out.println("Nothing was changed.");
        } else {
            CheckpointRollback.carryOut(existing, to);
            out.println("Done; the next start of the program takes back and runs again.");
        }
        out.flush();
        return 0;
    }
}
