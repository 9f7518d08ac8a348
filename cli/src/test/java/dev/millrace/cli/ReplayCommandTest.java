/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A main method is replayed as it is, in a process of its own, because that process ends. */
class ReplayCommandTest {
    private static final String PROGRAM = """
            import dev.millrace.*;
            import dev.millrace.streaming.*;
            import java.util.List;

            public class Shout {
                public static void main(String[] args) throws Exception {
                    MillraceConf conf = new MillraceConf().setMaster("local[2]");
                    try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
                        ssc.checkpoint(args[0] + "/state");
                        var lines = ssc.textFileStream(args[0] + "/in", false).named("lines");
                        var loud = lines.map(line -> line.MAPPED());
                        loud.to(StreamingContext.textFiles(args[0] + "/out")).named("files");
                        loud.print();
                        loud.foreachRDD("effect", rdd -> { throw new IllegalStateException("an effect"); });
                        ssc.runAvailable();
                        System.out.println("main goes on");
                    }
                }
            }
            """;

    @TempDir
    private Path directory;

    private String program(String mapped, boolean effect) throws IOException {
        String source = PROGRAM.replace("MAPPED", mapped);
        return Files.writeString(
                        directory.resolve("Shout.java"),
                        effect ? source : source.replace("throw new IllegalStateException(\"an effect\");", ""))
                .toString();
    }

    private CommandRun millrace(String... arguments) throws Exception {
        return CommandRun.ofProcess(directory, arguments);
    }

    private String batch() throws IOException {
        try (var batches = Files.list(directory.resolve("out"))) {
            return batches.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("batch-"))
                    .findFirst()
                    .orElseThrow()
                    .substring("batch-".length());
        }
    }

    @Test
    void shouldReplayAProgramOfOneFile() throws Exception {
        Files.createDirectory(directory.resolve("in"));
        Files.writeString(directory.resolve("in/file"), "a\nb\n");
        assertThat(millrace("run", program("toUpperCase", false), directory.toString())
                        .code())
                .isZero();
        String batch = batch();
        String state = directory.resolve("state").toString();

        CommandRun same = millrace(
                "replay", state, "--batch", batch, "--diff", "--", program("toUpperCase", true), directory.toString());
        CommandRun other = millrace(
                "replay", state, "--batch", batch, "--diff", "--", program("strip", true), directory.toString());

        assertThat(same.err()).isEmpty();
        assertThat(same.code()).isZero();
        assertThat(same.out())
                .contains("Time: " + batch + " ms\n")
                .contains("batch " + batch + " ms (" + Instant.ofEpochMilli(Long.parseLong(batch))
                        + ") run again\noutput \"files\" (text files in " + directory
                        + "/out): 2 records, as published\noutput \"print-1\" (print at ")
                .contains("): ran\noutput \"effect\" (foreachRDD at ")
                .endsWith("): skipped, because it is code of the program that may have effects; to run it:"
                        + " --run-foreach \"effect\"\n");
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.out()).contains("2 records, not what was published (-):\n- A\n- B\n+ a\n+ b\n");
        assertThat(directory.resolve("out/batch-" + batch + "/part-00000")).hasContent("A\nB\n");
        assertThat(millrace("replay", state, "--batch", "1000", "--", program("strip", true), directory.toString()))
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "millrace: the checkpoint " + state
                                + " has no batch 1000 ms, or does not keep it any more; name one"
                                + " that 'millrace checkpoint show' says is kept\n"));
    }
}
