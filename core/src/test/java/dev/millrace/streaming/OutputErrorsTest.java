/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Programs;
import dev.millrace.spi.Output;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.StagedOutput;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An output that fails is named, and nobody is told to correct a function because a disk is full. */
class OutputErrorsTest {
    private static final String NEXT =
            "\nThe program has stopped; without a checkpoint directory this batch is not run again.";

    private static void assertFails(Output<Object> output, String message) {
        try (StreamingContext ssc = Programs.local()) {
            DStream<Object> numbers = Programs.batches(ssc, List.of(1));
            numbers.to(output).named("out");
            assertThatThrownBy(() -> ssc.runBatches(1)).hasMessage(message + NEXT);
        }
    }

    @Test
    void shouldNameATransactionalOutputThatCannotWrite() {
        assertFails(
                new MemoryTable() {
                    @Override
                    public void write(OutputBatch batch, Iterator<Object> records) {
                        throw new IllegalStateException("the table is locked");
                    }
                },
                "batch 1000 ms failed: the output \"out\" (a table) cannot publish its part of batch 1000 ms:"
                        + " java.lang.IllegalStateException: the table is locked; make what it writes to ready again, or"
                        + " correct the output");
    }

    /** Fails where it is told to. */
    private record Staged(String where) implements StagedOutput<Object> {
        private void at(String here) throws IOException {
            if (here.equals(where)) {
                throw new IOException("disk full");
            }
        }

        @Override
        public String stage(OutputBatch batch, int partition, int attempt, Iterator<Object> records)
                throws IOException {
            at("stage");
            return "part";
        }

        @Override
        public void publish(OutputBatch batch, List<String> parts) throws IOException {
            at("publish");
        }

        @Override
        public void discard(OutputBatch batch) throws IOException {
            at("discard");
        }

        @Override
        public List<OutputBatch> receipts(String outputName, BatchTime after) {
            return List.of();
        }

        @Override
        public String toString() {
            return "a disk";
        }
    }

    @Test
    void shouldNameAStagedOutputWhereverItFails() {
        String advice =
                " of batch 1000 ms: java.io.IOException: disk full; make what it writes to ready again, or correct"
                        + " the output";
        assertFails(
                new Staged("publish"),
                "batch 1000 ms failed: the output \"out\" (a disk) cannot publish its part" + advice);
        assertFails(
                new Staged("discard"),
                "batch 1000 ms failed: the output \"out\" (a disk) cannot delete what it has staged" + advice);
        try (StreamingContext ssc = Programs.local()) {
            DStream<Object> numbers = Programs.batches(ssc, List.of(1));
            numbers.to(new Staged("stage")).named("out");
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .hasMessageMatching("batch 1000 ms failed: task \\d of parallelize at \\S+ failed 4 times, the last"
                            + " time: the output \"out\" \\(a disk\\) cannot stage a part" + advice + NEXT);
        }
    }
}
