/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** So many outputs of files that they sync together, with one of another kind between them. */
class ManyOutputsTest {
    private static final int OUTPUTS = 60;

    @TempDir
    Path directory;

    private Path out(int number) {
        return directory.resolve("out").resolve("o" + number);
    }

    private void run(int batches) {
        try (StreamingContext ssc = Programs.local()) {
            ssc.checkpoint(directory.resolve("checkpoint").toString());
            DStream<Integer> numbers =
                    Programs.batches(ssc, List.of(1, 2), List.of(3), List.of(4)).named("numbers");
            for (int i = 0; i < OUTPUTS; i++) {
                int added = i;
                DStream<Integer> sums = numbers.map(number -> number + added);
                if (i % 3 == 0) {
                    sums.saveAsObjectFiles(out(i).resolve("batch").toString(), "")
                            .named("o" + i);
                } else {
                    sums.to(StreamingContext.textFiles(out(i).toString())).named("o" + i);
                }
            }
            ssc.runBatches(batches);
        }
    }

    @Test
    void shouldPublishAllOfThemAndLeaveNothingStaged() throws IOException {
        run(2);
        run(1);
        for (int i = 0; i < OUTPUTS; i++) {
            for (int batch = 1; batch <= 3; batch++) {
                assertThat(out(i).resolve("batch-" + batch * 1000)).isNotEmptyDirectory();
            }
            if (i % 3 != 0) {
                assertThat(lines(i, 1)).containsExactly(1 + i + "", 2 + i + "");
                assertThat(lines(i, 2)).containsExactly(3 + i + "");
                assertThat(lines(i, 3)).containsExactly(4 + i + "");
            }
            assertThat(out(i).resolve(i % 3 == 0 ? ".batch.staging" : ".staging"))
                    .isEmptyDirectory();
        }
    }

    private List<String> lines(int output, int batch) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> parts = Files.list(out(output).resolve("batch-" + batch * 1000))) {
            for (Path part : parts.sorted().toList()) {
                lines.addAll(Files.readAllLines(part));
            }
        }
        return lines;
    }
}
