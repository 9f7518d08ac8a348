/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatefulWordCountTest {
    @TempDir
    private Path directory;

    private Path in;
    private Path out;

    @BeforeEach
    void makeDirectories() throws IOException {
        in = Files.createDirectory(directory.resolve("in"));
        out = directory.resolve("out");
    }

    private void run(int batches) {
        try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
            StatefulWordCount.build(
                    ssc,
                    in.toString(),
                    out.toString(),
                    directory.resolve("checkpoint").toString());
            ssc.runBatches(batches);
        }
    }

    private List<String> totals(int batch) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> parts = Files.list(out.resolve("batch-" + batch * 1000))) {
            for (Path part : parts.sorted().toList()) {
                lines.addAll(Files.readAllLines(part));
            }
        }
        return lines;
    }

    @Test
    void shouldWriteTheTotalsOfAllFilesSoFar() throws IOException {
        Files.writeString(in.resolve("a"), "to be or not  to be\n\n");
        run(1);

        assertThat(totals(1)).containsExactlyInAnyOrder("to\t2", "be\t2", "or\t1", "not\t1");
    }

    @Test
    void shouldGoOnWithTheTotalsWhenItIsStartedAgain() throws IOException {
        Files.writeString(in.resolve("a"), "to be\n");
        run(2);
        Files.writeString(in.resolve("b"), "to see\n");
        run(1);

        assertThat(totals(2)).containsExactlyInAnyOrder("to\t1", "be\t1");
        assertThat(totals(3)).containsExactlyInAnyOrder("to\t2", "be\t1", "see\t1");
    }
}
