/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.kafka;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of a measurement. It ends when its standard input ends, and so also with the process that has started it. */
final class Child implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;

    private final String name;
    private final Process process;
    private final BufferedReader lines;

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
        lines = process.inputReader();
    }

    /** Starts a main class with this process's class path. */
    static Child start(Class<?> main, List<String> flags, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new Child(main.getSimpleName(), process);
    }

    /** In the child: returns when it is to end. */
    static void awaitEnd() throws IOException {
        while (System.in.read() >= 0) {
            // nobody writes
        }
    }

    /** The next line that it prints. */
    String line() throws IOException {
        String line = lines.readLine();
        if (line == null) {
            throw new IllegalStateException(name + " has ended early; see what it has printed above");
        }
        return line;
    }

    void mustRun() {
        if (!process.isAlive()) {
            throw new IllegalStateException(name + " has ended early with " + process.exitValue());
        }
    }

    /** The processor time of all its threads since it began, of the compiler and the collector too, in steps of 10 ms. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** Lets it end in order, if it does within two minutes. */
    @Override
    public void close() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
