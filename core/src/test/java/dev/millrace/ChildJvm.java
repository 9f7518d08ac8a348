/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The main method of a test class in a process of its own, which has a small heap. */
public final class ChildJvm {
    private ChildJvm() {}

    /** Fails with what the process has printed, unless it ends in time and with 0. */
    public static void run(Class<?> main, String heap, Path log, String... arguments)
            throws IOException, InterruptedException {
        run(main, heap, "UseSerialGC", log, arguments);
    }

    /** The same with another collector. */
    public static void run(Class<?> main, String heap, String collector, Path log, String... arguments)
            throws IOException, InterruptedException {
        int exitCode = exitCode(main, heap, collector, log, arguments);
        assertThat(exitCode).as(() -> text(log)).isZero();
    }

    /** Fails with what the process has printed, unless it ends in time. */
    public static int exitCode(Class<?> main, String heap, String collector, Path log, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                "-XX:+" + collector,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        Process child = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = child.waitFor(110, TimeUnit.SECONDS);
        child.destroyForcibly();
        assertThat(ended).as(() -> text(log)).isTrue();
        return child.exitValue();
    }

    /** What the process has printed. */
    public static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
