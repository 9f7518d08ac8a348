/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.CapturedLog;
import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.error.InvalidProgramException;
import dev.millrace.error.MillraceException;
import dev.millrace.spi.OutputBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start whose outputs hold what programs with another checkpoint have published, or cannot say what they hold. */
class PublishedByOthersTest {
    @TempDir
    Path directory;

    private MemoryTable table = new MemoryTable();

    private void run(String checkpoint, int batches) {
        run(new MillraceConf(), checkpoint, batches);
    }

    private void run(MillraceConf conf, String checkpoint, int batches) {
        try (StreamingContext ssc = Programs.local(conf)) {
            ssc.checkpoint(directory.resolve(checkpoint).toString());
            DStream<String> lines = Programs.batches(ssc, List.of("a"), List.of("b"), List.of("c"))
                    .named("lines");
            lines.to(StreamingContext.textFiles(directory.resolve("out").toString()))
                    .named("files");
            lines.to(table).named("table");
            ssc.runBatches(batches);
        }
    }

    @Test
    void shouldSayOnceThatAnotherCheckpointHasPublished() {
        run("old", 1);
        table = new MemoryTable(); // an empty one
        try (CapturedLog log = new CapturedLog("dev.millrace.streaming.checkpoint")) {
            run("new", 1);
            assertThat(log.messages())
                    .extracting(
                            line -> line.replace(directory.toString(), "DIR").replaceAll("[0-9a-f-]{36}", "UUID"))
                    .containsExactly(
                            "outputs hold what programs with another checkpoint have published: \"files\" (text files in"
                                    + " DIR/out) holds batch 1000 ms of the checkpoint UUID. It counts for nothing here: with"
                                    + " the checkpoint DIR/new, which is another, batches are published beside that, and files"
                                    + " of the same batch are replaced");
            run("new", 2);
            assertThat(log.messages()).hasSize(1);
        }
    }

    @Test
    void shouldNameTheOutputThatCannotSayWhatItHolds() {
        table = new MemoryTable() {
            @Override
            public List<OutputBatch> receipts(String outputName, BatchTime after) throws IOException {
                throw new IOException("connection refused");
            }
        };
        assertThatThrownBy(() -> run("checkpoint", 1))
                .isInstanceOf(MillraceException.class)
                .hasMessage("the output \"table\" (a table) cannot say what it has published: java.io.IOException:"
                        + " connection refused; bring it back, and start again");
    }

    @Test
    void shouldRefuseABatchThatIsNoTime() {
        MillraceConf conf = new MillraceConf().set("millrace.streaming.checkpoint.acceptPublished", "yesterday");
        assertThatThrownBy(() -> run(conf, "checkpoint", 1))
                .isInstanceOf(InvalidProgramException.class)
                .hasMessageContaining(
                        "millrace.streaming.checkpoint.acceptPublished is \"yesterday\"; it must be the time of a"
                                + " batch in ms, such as 1700000060000");
    }
}
