/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.StagedOutput;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Taking back what was published. */
class RetractTest {
    private static final UUID CHECKPOINT = new UUID(1, 1);
    private static final UUID RUN = new UUID(2, 2);
    private static final OutputBatch FIRST = batch(1000, 2);
    private static final OutputBatch SECOND = batch(2000, 2);

    @TempDir
    private Path directory;

    /** Says nothing of taking back. */
    private static final class Final implements StagedOutput<String> {
        @Override
        public String stage(OutputBatch batch, int partition, int attempt, Iterator<String> records) {
            return "part";
        }

        @Override
        public void publish(OutputBatch batch, List<String> parts) {}

        @Override
        public void discard(OutputBatch batch) {}

        @Override
        public List<OutputBatch> receipts(String outputName, BatchTime after) {
            return List.of();
        }

        @Override
        public String toString() {
            return "stone tablets";
        }
    }

    private static void publish(FileOutput<Object> output, OutputBatch batch, Object... records) throws IOException {
        String part = Objects.requireNonNull(
                output.stage(batch, 0, 0, List.of(records).iterator()));
        output.publish(batch, List.of(part));
        output.discard(batch);
    }

    private static OutputBatch batch(long time, long epoch) {
        return new OutputBatch(new BatchTime(time), "lines", CHECKPOINT, epoch, RUN);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains(".receipts"))
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void shouldTakeBackTheFilesOfThatBatchAlone() throws IOException {
        FileOutput<Object> output = FileOutput.textFiles(directory.toString());
        publish(output, FIRST, "a", "b");
        publish(output, SECOND, "c");

        output.retract(SECOND);
        output.retract(SECOND); // again, as after a crash

        assertThat(files()).containsExactly("batch-1000/part-00000");
        publish(output, SECOND, "d");
        assertThat(directory.resolve("batch-2000/part-00000")).hasContent("d\n");
    }

    @Test
    void shouldGoOnWhereARetractionWasInterrupted() throws IOException {
        FileOutput<Object> output = FileOutput.textFiles(directory.toString());
        Path left = Files.createDirectories(
                directory.resolve(".staging/lines-1000-" + CHECKPOINT + "-0000000001/retracted"));
        Files.writeString(left.resolve("part-00000"), "of an earlier program");
        publish(output, FIRST, "a");
        left = Files.createDirectories(
                directory.resolve(".staging/lines-1000-" + CHECKPOINT + "-0000000002/retracted"));
        Files.writeString(left.resolve("part-00000"), "of an earlier call");

        output.retract(FIRST);

        assertThat(files()).isEmpty();
    }

    @Test
    void shouldTakeBackNothingOfAProgramThatHasTakenOver() throws IOException {
        FileOutput<Object> output = FileOutput.textFiles(directory.toString());
        publish(output, FIRST, "a");

        output.retract(batch(1000, 1));
        assertThat(files()).containsExactly("batch-1000/part-00000");

        output.retract(batch(1000, 3));
        assertThat(files()).isEmpty();
    }

    @Test
    void shouldPutBackWhatASuccessorHasPublishedSinceItLooked() throws IOException {
        FileOutput<Object> output = FileOutput.textFiles(directory.toString());
        publish(output, FIRST, "a");

        output.retractIfStillOwn(batch(1000, 1));

        assertThat(files()).containsExactly("batch-1000/part-00000");
    }

    @Test
    void shouldNameTheOutputAndTheMethodWhenItCannotTakeBack() {
        assertThatThrownBy(() -> new Final().retract(FIRST))
                .isExactlyInstanceOf(UnsupportedOperationException.class)
                .hasMessage(
                        "the output \"lines\" (stone tablets) cannot take back batch 1000 ms, which readers may have"
                                + " seen; implement retract in dev.millrace.internal.io.output.RetractTest$Final, or take the output"
                                + " out of the program before rolling back");
    }
}
