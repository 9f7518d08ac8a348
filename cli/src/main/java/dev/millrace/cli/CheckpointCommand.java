/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Groups the commands for checkpoint directories. */
@Command(
        name = "checkpoint",
        mixinStandardHelpOptions = true,
        header = "Looks into a checkpoint, backs it up, rehearses an upgrade, goes back.",
        description = "What can be done with the checkpoint directory of a program.",
        subcommands = {
            CheckpointShow.class,
            CheckpointVerify.class,
            CheckpointPlan.class,
            CheckpointBackupCommand.class,
            CheckpointRestoreCommand.class,
            CheckpointRollbackCommand.class,
            CheckpointSkipCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace checkpoint show state                 what a checkpoint holds",
            "  millrace checkpoint verify state               whether every file is whole",
            "  millrace checkpoint plan state -- Counts.java  what a new version makes of it",
            "  millrace checkpoint backup state backups       a copy while the program runs",
            "  millrace checkpoint restore backups state      the newest copy, put back",
            "  millrace checkpoint rollback state --to 1000   back to the batch of 1000 ms",
            "  millrace checkpoint skip state --batch 2000    past a batch that always fails"
        })
final class CheckpointCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }
}
