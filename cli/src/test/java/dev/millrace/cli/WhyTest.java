/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WhyTest {
    @TempDir
    private Path directory;

    private Path in;
    private String checkpoint;

    @BeforeEach
    void setUp() throws IOException {
        in = Files.createDirectory(directory.resolve("in"));
        checkpoint = directory.resolve("checkpoint").toString();
        Files.writeString(in.resolve("a.txt"), "to be\n");
        CommandRun run = CommandRun.of(
                "wordcount", "--files", in.toString(), "--master", "local[2]", "--once", "--checkpoint", checkpoint);
        assertThat(run.code()).isZero();
    }

    private CommandRun why(Path file) {
        return CommandRun.of("why", "--checkpoint", checkpoint, file.toString());
    }

    @Test
    void shouldAnswerForEachKindOfFile() throws IOException {
        Files.writeString(in.resolve(".b"), "x");
        Files.writeString(in.resolve("new"), "x");
        assertThat(why(in.resolve("a.txt")).out()).matches("files: read in batch \\d+ ms \\(6 bytes\\)\n");
        assertThat(why(in.resolve("../in/a.txt")).out()).matches("files: read in batch \\d+ ms \\(6 bytes\\)\n");
        assertThat(why(in.resolve(".b")).out())
                .isEqualTo("files: skipped: its name begins with a dot; rename it to have it read\n");
        assertThat(why(in.resolve("new")).out())
                .isEqualTo(
                        "files: not read yet: no batch has taken it; it waits for the program, or the program's filter"
                                + " does not take it\n");
        assertThat(why(directory.resolve("a.txt")).out())
                .isEqualTo(
                        "files: not in the directory " + in
                                + ": of a directory the files themselves are read, not those of other directories or of directories in it\n");
    }

    @Test
    void shouldBeginWithThePathWhenSeveralAreGiven() {
        String read = in.resolve("a.txt").toString();
        String missing = in.resolve("b.txt").toString();

        CommandRun run = CommandRun.of("why", "--checkpoint", checkpoint, read, missing);

        assertThat(run.code()).isZero();
        assertThat(run.out().lines())
                .hasSize(2)
                .anyMatch(line -> line.startsWith(read + ": files: read in batch "))
                .endsWith(missing + ": files: does not exist, and was not seen before");
    }

    @Test
    void shouldRefuseWhatIsNoCheckpoint() {
        CommandRun run = CommandRun.of("why", "--checkpoint", in.toString(), "a.txt");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo(
                        "millrace: " + in + " is no checkpoint directory, or no program has used it; check the path\n");
        assertThat(CommandRun.of("why", "--checkpoint", in + "/none", "a.txt").code())
                .isEqualTo(2);
    }
}
