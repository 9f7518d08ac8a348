/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the help of a command, as its option {@code --help} does. */
@Command(
        name = "help",
        helpCommand = true,
        mixinStandardHelpOptions = true,
        header = "Shows the help of a command.",
        description = "Shows the help of a command, or of millrace if none is named.",
        footerHeading = "%nExamples:%n",
        footer = {"  millrace help wordcount", "  millrace help checkpoint show"})
final class Help implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "The command; a command of another comes after it.")
    private List<String> names = new ArrayList<>();

    @Override
    public Integer call() {
        CommandLine shown = spec.root().commandLine();
        for (String name : names) {
            CommandLine next = shown.getSubcommands().get(name);
            if (next == null) {
                throw new ParameterException(shown, Usage.unknownCommand(name, shown.getCommandSpec()), null, name);
            }
            shown = next;
        }
        shown.usage(spec.commandLine().getOut());
        return 0;
    }
}
