/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.CheckpointRollback;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
                    + " the outputs take back what these batches had published. Without --yes this is only rehearsed. The"
                    + " program must be stopped."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace checkpoint rollback state --to 1700000060000    what would be done",
            "  millrace checkpoint rollback state --to 2023-11-14T22:14:20Z --yes"
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

    @Mixin
    private Confirmation yes = new Confirmation();

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CheckpointDirectory directory;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Path existing = directory.existing();
        PrintWriter out = spec.commandLine().getOut();
        CheckpointRollback plan = CheckpointRollback.plan(existing, to);
        out.println("checkpoint   " + existing);
        out.println("back to      " + Batches.dated(to));
        out.println("run again    " + Batches.several(plan.again()));
        plan.takenBack()
                .forEach((output, batches) -> out.println("taken back   " + output + ": " + Batches.several(batches)));
        plan.repeated()
                .forEach((output, batches) -> out.println("repeated     " + output + ": " + Batches.several(batches)
                        + ", a second time, since it cannot take them back"));
        if (plan.done()) {
            out.println("That is the last complete batch already; nothing was changed.");
        } else if (yes.isGiven()) {
            CheckpointRollback.carryOut(existing, to);
            out.println("Done; the next start of the program takes back and runs again.");
        } else if (plan.refusal() != null) {
            out.println("It would be refused now: " + plan.refusal());
        } else {
            out.println(Confirmation.MISSING);
        }
        out.flush();
        return 0;
    }
}
