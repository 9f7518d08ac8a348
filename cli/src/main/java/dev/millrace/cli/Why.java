/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.streaming.CheckpointInfo;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says why a file was read or not, from a checkpoint. */
@Command(
        name = "why",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Says why a file was read, or was not.",
        description = {
            "Says, for each file stream of a program, in which batch each file was read or why it was not. The answer comes"
                    + " from the program's checkpoint; the program may be running, and is not disturbed."
        },
        footerHeading = "%nExample:%n",
        footer = "  millrace why --checkpoint state in/orders-17.csv")
final class Why implements Callable<Integer> {
    @Option(names = "--checkpoint", required = true, paramLabel = "DIR", description = "The program's checkpoint.")
    @SuppressWarnings("NullAway.Init") // required
    private Path checkpoint;

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "A file, or a URI of another file system.")
    private List<String> paths = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (!Files.isDirectory(checkpoint)) {
            throw new ParameterException(
                    spec.commandLine(), "--checkpoint " + checkpoint + " is no directory; correct the path");
        }
        PrintWriter out = spec.commandLine().getOut();
        CheckpointInfo info = CheckpointInfo.read(checkpoint);
        for (String path : paths) {
            Map<String, String> answers = info.why(path);
            if (answers.isEmpty()) {
                throw new CommandFailure("the program of " + checkpoint + " has read no directory yet; ask again after"
                        + " its first batch");
            }
            String subject = paths.size() == 1 ? "" : path + ": ";
            answers.forEach((stream, answer) -> out.println(subject + stream + ": " + answer));
        }
        out.flush();
        return 0;
    }
}
