/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The arguments {@code DIR -- PROGRAM ARGUMENT...}: a program that is to do something else on a checkpoint than start. */
final class ProgramOnCheckpoint {
    @Option(
            names = {"-cp", "--class-path"},
            paramLabel = "PATH",
            converter = ClassPath.Converter.class,
            description = "Jars and directories that the program needs beside Millrace; lib/* for the jars in lib.")
    private ClassPath classPath = ClassPath.NONE;

    @Option(names = "--spark", description = "Put Spark and its JVM flags in place; the millrace script does it.")
    private boolean spark;

    @Parameters(index = "0", paramLabel = "DIR", description = "The checkpoint directory, or a copy of it.")
    @SuppressWarnings("NullAway.Init") // required
    private Path directory;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "-- PROGRAM ARGUMENT",
            description = "A Java file, or a class with a main method; and its arguments.")
    private List<String> command = new ArrayList<>();

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /**
     * Runs the program's main method with the directory as system property {@code mode}, which makes its context do that and
     * end the process.
     *
     * @param properties further system properties
     * @return 1, if it threw before it came to that; so ends the process, too, if it calls {@code System.exit} before
     */
    int run(String mode, Map<String, String> properties) throws Exception {
        CheckpointDirectory.existing(directory, spec);
        int first = command.get(0).equals("--") ? 1 : 0;
        if (command.size() == first) {
            throw new ParameterException(spec.commandLine(), "name the program after --");
        }
        String program = command.get(first);
        ProgramMain main = ProgramName.isSource(program)
                ? ProgramMain.ofSource(Path.of(program), classPath)
                : ProgramMain.ofClass(program, classPath);
        System.setProperty(mode, directory.toString());
        properties.forEach(System::setProperty);
        List<String> arguments = command.subList(first + 1, command.size());
        PrintWriter err = spec.commandLine().getErr();
        Thread untimely = new Thread(() -> endIfExited(program, mode, err));
        Runtime.getRuntime().addShutdownHook(untimely);
        int code = main.run(arguments, err);
        Runtime.getRuntime().removeShutdownHook(untimely);
        if (code == 0) { // else the process had ended
            throw new CommandFailure(
                    program + " ended without starting a context; give it the arguments with which it starts one");
        }
        return 1;
    }

    /** The context takes the property away when it comes to that; a signal that ends the process is no call of the program. */
    private static void endIfExited(String program, String mode, PrintWriter err) {
        boolean exited = Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .anyMatch(frame -> frame.getClassName().equals("java.lang.Runtime")
                        && frame.getMethodName().equals("exit"));
        if (exited && System.getProperty(mode) != null) {
            err.println(
                    "millrace: " + program
                            + " called System.exit before it started a context; give it the arguments with which it starts one");
            err.flush();
            Runtime.getRuntime().halt(1); // its own code may be 0, which would say that it starts
        }
    }
}
