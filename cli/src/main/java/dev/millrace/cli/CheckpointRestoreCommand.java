/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.streaming.CheckpointBackup;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a checkpoint of a backup. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Makes a checkpoint of a backup.",
        description = {
            "Verifies a backup and restores it into a directory that is empty or not there yet; that appears whole or not at"
                    + " all. The checkpoint keeps its id, so the next start compares it with what its outputs have published"
                    + " since the backup was made, and says what to do about that. The program that had the original must be"
                    + " used no more. With --as-new-checkpoint it becomes another checkpoint with an id of its own, for a"
                    + " copy of the program that runs beside the original and writes elsewhere."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace checkpoint restore backups state    the newest of them",
            "  millrace checkpoint restore backups/backup-3 state",
            "  millrace checkpoint restore backups staging --as-new-checkpoint"
        })
final class CheckpointRestoreCommand extends CheckpointCopyCommand {
    @Parameters(
            index = "0",
            paramLabel = "BACKUP",
            description = "A backup, or a directory of several, of which the newest is meant.")
    @SuppressWarnings("NullAway.Init") // required
    private Path backup;

    @Parameters(index = "1", paramLabel = "DIR", description = "Where the checkpoint is to be.")
    @SuppressWarnings("NullAway.Init") // required
    private Path directory;

    @Option(names = "--as-new-checkpoint", description = "As another checkpoint, for a copy beside the original.")
    private boolean asNew;

    @Option(
            names = "--copy",
            description = "Link to nothing in the backup, so that a bad block of its disk spoils only one of the two.")
    private boolean copy;

    @Override
    void copy(CommandSpec command, PrintWriter out) {
        CheckpointBackup.Restored restored = asNew
                ? CheckpointBackup.restoreAsNew(backup, directory)
                : CheckpointBackup.restore(backup, directory, files(copy));
        out.println("backup       " + restored.backup());
        out.println("checkpoint   " + directory);
        out.println(upTo(restored.lastDecided()));
        out.println("id           " + restored.checkpointId() + (asNew ? ", a new one" : ", as it was"));
        out.println(
                asNew
                        ? "Done; let its outputs write where the original's do not."
                        : "Done; the next start, or 'millrace checkpoint plan' before it, tells what the outputs have"
                                + " published since.");
    }
}
