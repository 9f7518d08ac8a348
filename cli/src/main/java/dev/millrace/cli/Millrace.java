/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command itself: finds the subcommand, and turns errors into one clear message and an exit code. */
@Command(
        name = "millrace",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Discretized Streams for Java: live data as a series of small batches.",
        subcommands = {
            Demo.class,
            Run.class,
            WordCount.class,
            Why.class,
            CheckpointCommand.class,
            ReplayCommand.class,
            New.class,
            Shell.class,
            Completion.class,
            Help.class
        },
        footerHeading = "%nStart here:%n",
        footer = {
            "  millrace demo                       a program of five batches",
            "  millrace shell                      type such a program yourself",
            "  millrace new my-pipeline            a Maven project: tests, a jar that runs",
            "  millrace run Counts.java            compile a program and run it",
            "  millrace wordcount --files DIR      count the words of files as they arrive",
            "  millrace why --checkpoint DIR FILE  which batch read a file, or why none did",
            "  millrace checkpoint show DIR        what the checkpoint of a program holds",
            "  millrace replay DIR --batch B ...   a batch of the past again, and compared",
            "  millrace completion                 'source <(millrace completion)' in bash",
            "",
            "@FILE among the command's own arguments stands for the arguments in that file.",
            "MILLRACE_JAVA_OPTS holds JVM flags, such as -Xmx4g."
        })
public final class Millrace implements Callable<Integer> {
    private static final String LOG_MANAGER = "java.util.logging.manager";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }

    /** The command line, ready to execute; tests set its writers. */
    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Millrace());
        subcommand(commandLine, "run").setStopAtPositional(true); // what follows is the program's
        subcommand(subcommand(commandLine, "checkpoint"), "plan").setStopAtPositional(true);
        Usage.complete(commandLine);
        Converters.register(commandLine);
        commandLine.setExpandAtFiles(false); // it would do it with the program's arguments, too
        commandLine.setExecutionExceptionHandler((error, failed, parsed) -> {
            if (CommandLog.hasTold(error)) {
                failed.getErr().println("millrace: ended with the failure above");
            } else {
                failed.getErr().println(Messages.of(error));
            }
            return CommandLine.ExitCode.SOFTWARE;
        });
        return commandLine;
    }

    static int execute(CommandLine commandLine, String... arguments) {
        try {
            ArgumentFiles files = new ArgumentFiles(commandLine, arguments);
            CommandLog.install(commandLine.getErr(), Level.WARNING, false); // of commands without options for it
            commandLine.setParameterExceptionHandler((error, parsed) -> wrongUsage(error, files));
            return commandLine.execute(files.arguments());
        } catch (CommandFailure e) {
            commandLine.getErr().println(Messages.of(e));
            return CommandLine.ExitCode.USAGE;
        }
    }

    private static int wrongUsage(ParameterException error, ArgumentFiles files) {
        CommandLine failed = error.getCommandLine();
        String message = files.withoutContents(Usage.problem(error, files), failed.getCommandSpec());
        failed.getErr().println("millrace: " + message);
        failed.getErr()
                .println("'" + failed.getCommandSpec().qualifiedName() + " --help' shows the options and examples.");
        return CommandLine.ExitCode.USAGE;
    }

    private static CommandLine subcommand(CommandLine command, String name) {
        return Objects.requireNonNull(command.getSubcommands().get(name));
    }

    public static void main(String[] arguments) {
        if (System.getProperty(LOG_MANAGER) == null) { // before the first logger is made
            System.setProperty(LOG_MANAGER, LastingLogManager.class.getName());
        }
        PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true);
        PrintWriter err = new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true);
        int code = execute(commandLine().setOut(out).setErr(err), arguments);
        if (code != 0) {
            System.exit(code); // after success threads that a program left running may go on, as with java itself
        }
    }
}
