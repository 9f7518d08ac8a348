/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command goes back while another process, which no longer has the checkpoint, may still publish. */
@Timeout(120)
class RollbackBesideAProcessTest {
    @TempDir
    private Path directory;

    private Process process;
    private BufferedReader lines;
    private Writer commands;

    @BeforeEach
    void publishForEver() throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StuckProgram.class.getName(),
                        directory.toString())
                .redirectError(directory.resolve("stderr").toFile())
                .start();
        lines = process.inputReader();
        commands = process.outputWriter();
        assertThat(lines.readLine()).isEqualTo(StuckProgram.PUBLISHING);
    }

    @AfterEach
    void end() throws Exception {
        process.destroyForcibly().waitFor();
        lines.close();
    }

    private String tell(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        return lines.readLine();
    }

    private CommandRun rollback(String to) {
        return CommandRun.of(
                "checkpoint", "rollback", directory.resolve("checkpoint").toString(), "--to", to, "--yes");
    }

    private void mustRefuse() throws IOException {
        List<String> owner = Files.readAllLines(directory.resolve("checkpoint/owners/0000000001"));
        String refusal = "the checkpoint " + directory.resolve("checkpoint")
                + " cannot be taken back to batch 1000 ms: code of process " + process.pid() + " on " + owner.get(3)
                + " " + owner.get(5)
                + " has not ended and may still publish batch 2000 ms of [rows], which nobody would take back;"
                + " wait until that code has ended, or end that process, then roll back\n";
        CommandRun rehearsed = CommandRun.of(
                "checkpoint", "rollback", directory.resolve("checkpoint").toString(), "--to", "1000");
        assertThat(rehearsed.out()).endsWith("\nIt would be refused now: " + refusal);
        CommandRun run = rollback("1000");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("millrace: " + refusal);
    }

    private void mustGoBack(String to) {
        CommandRun run = rollback(to);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).endsWith("Done; the next start of the program takes back and runs again.\n");
    }

    private void runOn(int batches) {
        try (StreamingContext ssc = StuckProgram.program(directory, () -> {})) {
            ssc.runBatches(batches);
        }
    }

    private void mustHaveEachRowOnce() throws IOException {
        assertThat(StuckProgram.table(directory).rows()).containsExactly("a", "b", "c");
    }

    @Test
    void shouldGoBackWhenTheCodeThatAStopHasLeftBehindEnds() throws Exception {
        assertThat(tell(StuckProgram.STOP)).isEqualTo(StopResult.DECIDED.name());
        mustRefuse();
        assertThat(tell(StuckProgram.GO_ON)).isEqualTo(StuckProgram.ENDED);
        mustGoBack("1000");
        runOn(2);
        mustHaveEachRowOnce();
    }

    @Test
    void shouldGoBackWhenTheProcessThatWasTakenOverIsKilled() throws Exception {
        runOn(1);
        mustHaveEachRowOnce();
        mustRefuse();
        mustGoBack("2000"); // the process hangs in that batch, which stays as it is
        runOn(0);
        mustRefuse();
        process.destroyForcibly().waitFor();
        mustGoBack("1000");
        runOn(0);
        mustHaveEachRowOnce();
    }
}
