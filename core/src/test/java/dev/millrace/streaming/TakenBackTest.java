/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.error.MillraceException;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.TransactionalOutput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table of the program's own that takes back batches, rightly or not. */
class TakenBackTest {
    @TempDir
    Path directory;

    private Table table = new Keyed();

    /** The rows of a batch are one entry with its receipt. */
    private abstract static class Table implements TransactionalOutput<Object> {
        final Map<OutputBatch, List<String>> entries = new TreeMap<>(Comparator.comparing(OutputBatch::time)
                .thenComparing(OutputBatch::epoch)
                .thenComparing(OutputBatch::runId));

        List<String> rows() {
            return entries.values().stream().flatMap(List::stream).toList();
        }

        @Override
        public boolean isPublished(OutputBatch batch) {
            return entries.containsKey(batch);
        }

        @Override
        public void write(OutputBatch batch, Iterator<Object> records) {
            List<String> rows = new ArrayList<>();
            records.forEachRemaining(record -> rows.add(record.toString()));
            entries.put(batch, rows);
        }

        @Override
        public List<OutputBatch> receipts(String outputName, BatchTime after) {
            return entries.keySet().stream()
                    .filter(receipt -> receipt.time().isAfter(after))
                    .toList();
        }

        @Override
        public String toString() {
            return "a table";
        }
    }

    /** Deletes what has the key of the batch: output, batch, checkpoint and run. */
    private static final class Keyed extends Table {
        @Override
        public void retract(OutputBatch batch) {
            entries.keySet()
                    .removeIf(receipt -> receipt.time().equals(batch.time())
                            && receipt.checkpointId().equals(batch.checkpointId())
                            && receipt.runId().equals(batch.runId()));
        }
    }

    /** Compares what changes with every start. */
    private static final class OfOneEpoch extends Table {
        @Override
        public void retract(OutputBatch batch) {
            entries.keySet().removeIf(batch::equals);
        }
    }

    private void run(int batches) {
        try (StreamingContext ssc = Programs.local(new MillraceConf())) {
            ssc.checkpoint(directory.resolve("checkpoint").toString());
            Programs.batches(ssc, List.of("a"), List.of("b"), List.of("c"), List.of("d"))
                    .named("lines")
                    .to(table)
                    .named("table");
            ssc.runBatches(batches);
        }
    }

    private void rollBack() {
        CheckpointRollback.carryOut(directory.resolve("checkpoint"), new BatchTime(1000));
    }

    @Test
    void shouldTakeBackWhatHasTheKeyOfTheBatchWhicheverRunPublishedIt() {
        run(2);
        run(1);
        rollBack();
        run(4);
        assertThat(table.rows()).containsExactly("a", "b", "c", "d");
    }

    @Test
    void shouldTakeBackBothWhenTwoRunsHavePublishedABatch() {
        run(2);
        OutputBatch second = table.receipts("table", new BatchTime(1000)).get(0);
        table.entries.put(
                new OutputBatch(second.time(), "table", second.checkpointId(), 1, new UUID(7, 7)), List.of("b beside"));
        rollBack();
        run(1);
        assertThat(table.rows()).containsExactly("a", "b", "c");
    }

    @Test
    void shouldNotGoOnWhenTheReceiptIsStillThere() {
        table = new OfOneEpoch();
        run(3);
        rollBack();
        OutputBatch third = table.receipts("table", new BatchTime(2000)).get(0);
        String refusal = "the output \"table\" (a table) was told to take back batch 3000 ms of the checkpoint "
                + third.checkpointId() + ", and still has its receipt of the epoch 1 and the run " + third.runId()
                + ", so the batch would be there twice when it runs again; correct retract in"
                + " dev.millrace.streaming.TakenBackTest$OfOneEpoch: it deletes all rows and receipts of this output,"
                + " batch and checkpoint whose epoch is 3 or less; then start again";
        assertThat(catchThrowable(() -> run(3)))
                .isInstanceOf(MillraceException.class)
                .hasMessage(refusal);
        assertThat(catchThrowable(() -> run(3)))
                .as("a second time")
                .hasMessage(refusal.replace("epoch is 3", "epoch is 4"));
        assertThat(table.rows()).containsExactly("a", "b", "c");
        Table corrected = new Keyed();
        corrected.entries.putAll(table.entries);
        table = corrected;
        run(1);
        assertThat(table.rows()).containsExactly("a", "b", "c", "d");
    }
}
