/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/** One run of the command: its exit code and what it wrote. */
record CommandRun(int code, String out, String err) {
    /** In this process. */
    static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine =
                Millrace.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = Millrace.execute(commandLine, arguments);
        return new CommandRun(code, out.toString(), err.toString());
    }

    /**
     * In a process of its own.
     *
     * @param directory where files may be put that take what it writes
     */
    static CommandRun ofProcess(Path directory, String... arguments) throws IOException, InterruptedException {
        return ofProcess(directory, List.of(), arguments);
    }

    /** @param options of the JVM */
    static CommandRun ofProcess(Path directory, List<String> options, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.millrace.cli.Millrace"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectOutput(directory.resolve("stdout").toFile())
                .redirectError(directory.resolve("stderr").toFile())
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return new CommandRun(
                process.exitValue(),
                Files.readString(directory.resolve("stdout")),
                Files.readString(directory.resolve("stderr")));
    }
}
