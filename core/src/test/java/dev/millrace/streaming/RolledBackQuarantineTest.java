/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.function.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that a batch had put aside are void once the batch is rolled back: those count that it puts aside when it runs again. */
class RolledBackQuarantineTest {
    @TempDir
    Path directory;

    private Path checkpoint() {
        return directory.resolve("checkpoint");
    }

    private Path quarantine() {
        return checkpoint().resolve("quarantine");
    }

    private void run(Function<String, Integer> function, int batches) {
        try (StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1))) {
            ssc.checkpoint(checkpoint().toString());
            Programs.batches(ssc, List.of("1", "x1"), List.of("2", "x2", "y2"), List.of("3", "x3"))
                    .named("lines")
                    .map(function)
                    .named("numbers")
                    .onError(ErrorPolicy.quarantine())
                    .to(StreamingContext.textFiles(directory.resolve("out").toString()))
                    .named("files");
            ssc.runBatches(batches);
        }
    }

    private static Integer corrected(String text) {
        return Integer.parseInt(text.startsWith("x") ? text.substring(1) : text);
    }

    private List<String> lines(long batch) throws IOException {
        return Files.readAllLines(quarantine().resolve("batch-" + batch + ".jsonl"));
    }

    @Test
    void shouldPutAsideOnlyWhatStillFails() throws IOException {
        run(Integer::parseInt, 3);
        List<String> first = lines(1000);
        assertThat(lines(2000)).hasSize(2);
        assertThat(lines(3000)).hasSize(1);
        CheckpointRollback.carryOut(checkpoint(), new BatchTime(1000));
        run(RolledBackQuarantineTest::corrected, 0);
        assertThat(lines(1000)).isEqualTo(first);
        assertThat(lines(2000)).singleElement().asString().contains("\\\"y2\\\"");
        assertThat(lines(3000)).isEmpty();
    }

    @Test
    void shouldHaveWhatFailsOnce() throws IOException {
        run(Integer::parseInt, 3);
        List<String> second = lines(2000);
        CheckpointRollback.carryOut(checkpoint(), new BatchTime(1000));
        run(Integer::parseInt, 0);
        assertThat(lines(2000)).isEqualTo(second);
    }

    @Test
    void shouldGiveAReaderOfIt() throws IOException {
        run(Integer::parseInt, 3);
        runReading(1);
        CheckpointRollback.carryOut(checkpoint(), new BatchTime(2000));
        runReading(0);
        assertThat(Files.readAllLines(directory.resolve("read/batch-4000/part-00000")))
                .containsExactly("x1", "x2", "y2"); // batch 3000 runs again, and puts nothing aside
    }

    /** The program reads what it had put aside itself when it was started before, and puts nothing aside any more. */
    private void runReading(int batches) {
        try (StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[1]"), Durations.seconds(1))) {
            ssc.checkpoint(checkpoint().toString());
            Programs.batches(ssc, List.of("1", "x1"), List.of("2", "x2", "y2"), List.of("3", "x3"))
                    .named("lines")
                    .to(StreamingContext.textFiles(directory.resolve("out").toString()))
                    .named("files");
            ssc.quarantined(quarantine(), "numbers", String.class)
                    .named("again")
                    .to(StreamingContext.textFiles(directory.resolve("read").toString()))
                    .named("read");
            ssc.runBatches(batches);
        }
    }
}
