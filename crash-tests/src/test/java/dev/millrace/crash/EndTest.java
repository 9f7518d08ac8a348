/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are asked to end. */
@Timeout(60)
class EndTest {
    private static final int ENDED_BY_SIGTERM = 143;

    @TempDir
    private Path root;

    private Process start(List<String> properties, String... settings) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(root.toString()));
        arguments.addAll(List.of(settings));
        return new ProcessBuilder(ChildCommand.of(EndingProgram.class, properties, arguments))
                .redirectError(root.resolve("errors").toFile())
                .start();
    }

    /** Ends a process that has stored its numbers, and returns its exit code. */
    private int endByTerm(Process process) throws Exception {
        try (BufferedReader lines = process.inputReader()) {
            assertThat(lines.readLine())
                    .as(() -> String.join("\n", new Workplace(root).lines(root.resolve("errors"))))
                    .isEqualTo(EndingProgram.STORED);
            process.destroy(); // SIGTERM
            assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> published() {
        return new Workplace(root)
                .published().values().stream().flatMap(List::stream).toList();
    }

    @Test
    @Tag("crash")
    void shouldProcessWhatWasReceivedWhenTheProcessIsTerminated() throws Exception {
        assertThat(endByTerm(start(List.of()))).isEqualTo(ENDED_BY_SIGTERM);
        assertThat(published())
                .isEqualTo(IntStream.range(0, EndingProgram.NUMBERS)
                        .mapToObj(Integer::toString)
                        .toList());
    }

    /** The process once ended before the main thread could close its context, so each stop by SIGTERM left that directory. */
    @Test
    @Tag("crash")
    void shouldLeaveNoSpillDirectoryWhenTheProcessIsTerminated() throws Exception {
        Path spill = root.resolve("spill");
        int exit = endByTerm(start(List.of(), "millrace.memory.spillDirectory", spill.toString()));
        assertThat(exit).isEqualTo(ENDED_BY_SIGTERM);
        assertThat(spill).isEmptyDirectory();
    }

    @Test
    @Tag("crash")
    void shouldEndAtOnceWhenThatIsSwitchedOff() throws Exception {
        int exit = endByTerm(start(List.of(), "millrace.streaming.stopGracefullyOnShutdown", "false"));
        assertThat(exit).isEqualTo(ENDED_BY_SIGTERM);
        assertThat(published()).isEmpty();
        assertThat(Files.exists(root.resolve("checkpoint"))).isTrue();
    }

    @Test
    @Tag("full")
    @Tag("crash")
    void shouldEndWhenAnOutputEndsTheProcess() throws Exception {
        Process process = start(
                List.of("-D" + EndingProgram.EXIT_IN_OUTPUT + "=true"),
                "millrace.streaming.gracefulStopTimeout",
                "500ms");
        assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(EndingProgram.OWN_EXIT);
    }
}
