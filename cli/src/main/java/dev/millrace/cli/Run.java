/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.internal.program.UnstartedContexts;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compiles a program of one file to a temporary jar and runs its main method in this process. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Compiles one Java file and runs it.",
        description = {
            "Compiles one Java file against Millrace and runs its main method. What follows the file are the program's"
                    + " own arguments; its exit code is passed on. Classes that it uses are also found as"
                    + " sources next to it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace run Counts.java /var/data/in",
            "  millrace run -cp lib/parser.jar:lib/model.jar Counts.java --verbose",
            "  millrace run -cp 'lib/*' --trace Counts.java",
            "  millrace run --spark Counts.java     where it has setMaster(\"spark:local[2]\")"
        })
final class Run implements Callable<Integer> {
    @Option(
            names = {"-cp", "--class-path"},
            paramLabel = "PATH",
            converter = ClassPath.Converter.class,
            description = "Jars and directories that the program needs beside Millrace; lib/* for the jars in lib.")
    private ClassPath classPath = ClassPath.NONE;

    @Option(
            names = "--takeover",
            description =
                    "Take the program's checkpoint from a process that uses it; that one can write nothing any more.")
    private boolean takeover;

    @Option(names = "--spark", description = "Put Spark and its JVM flags in place; the millrace script does it.")
    private boolean spark;

    @Mixin
    private LogOptions log = new LogOptions();

    @Parameters(index = "0", paramLabel = "FILE", description = "The program, a .java file.")
    @SuppressWarnings("NullAway.Init") // required
    private Path file;

    @Parameters(index = "1..*", paramLabel = "ARGUMENT", description = "The program's arguments.")
    private List<String> arguments = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (!ProgramName.isSource(file.toString())) {
            throw new ParameterException(spec.commandLine(), ProgramName.whyNoSource(file.toString()));
        }
        PrintWriter err = spec.commandLine().getErr();
        log.install(Level.INFO, err);
        if (takeover) {
            System.setProperty(Messages.TAKEOVER, "true");
        }
        int code = ProgramMain.ofSource(file, classPath).run(arguments, err);
        if (code == 0) {
            UnstartedContexts.take()
                    .forEach(made -> err.println("millrace: " + file.getFileName()
                            + " has come to the end of main, and " + made
                            + " was never started, so its outputs have not run; call start() and then"
                            + " awaitTermination(), or runBatches(n)"));
        }
        return code;
    }
}
