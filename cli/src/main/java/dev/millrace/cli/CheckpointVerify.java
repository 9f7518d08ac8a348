/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.streaming.CheckpointVerification;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reads every file of a checkpoint to its last byte. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Reads every file of a checkpoint, and says what a start would do.",
        description = {
            "Reads every file of a checkpoint with its checksums, and what files say of each other; then says what a start"
                    + " would do with it. No class of the program is needed; the program may be running, and is not disturbed."
                    + " Ends with code 1 if something is damaged, a start would be refused, or no program has used the directory."
                    + " Whether a program fits the"
                    + " checkpoint, 'millrace checkpoint plan' says."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  millrace checkpoint verify state", "  millrace checkpoint verify --json state | jq .files"})
final class CheckpointVerify implements Callable<Integer> {
    @Option(names = "--json", description = "As JSON, for programs.")
    private boolean json;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CheckpointDirectory directory;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Path existing = directory.existing();
        CheckpointVerification found = CheckpointVerification.of(existing);
        if (found.id() == null && found.refused() == null) {
            throw new CommandFailure(
                    existing + " is no checkpoint directory, or no program has used it; check the path");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? CheckpointJson.of(found) : CheckpointText.of(existing, found));
        out.flush();
        return found.isRight() ? 0 : 1;
    }
}
