/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.streaming.CheckpointInfo;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what a checkpoint holds. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Shows what a checkpoint holds.",
        description = {
            "Shows the batches, positions of inputs, states, windows and their types, and outputs of a checkpoint. No class"
                    + " of the program is needed; the program may be running, and is not disturbed."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  millrace checkpoint show state", "  millrace checkpoint show --json state | jq .steps"})
final class CheckpointShow implements Callable<Integer> {
    @Option(names = "--json", description = "As JSON, for programs.")
    private boolean json;

    @Option(names = "--batches", description = "List every batch that can be gone back to; there may be very many.")
    private boolean batches;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CheckpointDirectory directory;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Path existing = directory.existing();
        CheckpointInfo info = CheckpointInfo.read(existing);
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? CheckpointJson.of(info, batches) : new CheckpointText(existing, info, batches).toString());
        out.flush();
        return 0;
    }
}
