/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.streaming.CheckpointBackup;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Copies a checkpoint while its program runs. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Copies a checkpoint while its program runs.",
        description = {
            "Makes a backup of a checkpoint in the directory TO, beside those that are there already: TO/backup-1 and so on,"
                    + " each whole by itself and verified. The program goes on; it is neither stopped nor slowed by a lock."
                    + " Files that never change are hard links to those of the checkpoint, or else to those of the backup"
                    + " before, as far as the file systems have that: only what is new is copied. 'millrace checkpoint show',"
                    + " 'verify' and 'plan' read a backup as they read a checkpoint; no program starts from one before"
                    + " 'millrace checkpoint restore'. If it fails, earlier backups are left as they are."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace checkpoint backup state backups",
            "  millrace checkpoint backup state /mnt/other-disk/backups --keep 7",
            "  millrace checkpoint verify backups/backup-1"
        })
final class CheckpointBackupCommand extends CheckpointCopyCommand {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CheckpointDirectory directory;

    @Parameters(
            index = "1",
            paramLabel = "TO",
            description = "The directory of the program's backups; made if it is not there.")
    @SuppressWarnings("NullAway.Init") // required
    private Path to;

    @Option(names = "--keep", paramLabel = "N", description = "Then delete all but the newest N backups.")
    private @Nullable Integer keep;

    @Option(
            names = "--copy",
            description = "Link to nothing in the checkpoint, so that a bad block of its disk spoils no backup.")
    private boolean copy;

    @Override
    void copy(CommandSpec command, PrintWriter out) {
        Path existing = directory.existing();
        if (keep != null && keep < 1) {
            throw new ParameterException(
                    command.commandLine(), "--keep " + keep + " would leave no backup; keep at least 1");
        }
        CheckpointBackup made = CheckpointBackup.take(existing, to, files(copy));
        out.println("checkpoint   " + existing);
        out.println("backup       " + made.path());
        out.println(upTo(made.lastDecided()));
        out.println(String.format(
                Locale.ROOT,
                "files        %,d: %,d copied (%,d bytes), %,d linked to the checkpoint, %,d shared with the backup before",
                made.files(),
                made.copied(),
                made.copiedBytes(),
                made.linked(),
                made.shared()));
        if (keep != null) {
            CheckpointBackup.deleteOld(to, keep).forEach(old -> out.println("deleted      " + old));
        }
        out.println("Every file was read, and a start would go on from it.");
    }
}
