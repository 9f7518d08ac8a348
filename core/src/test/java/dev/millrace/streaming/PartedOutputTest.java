/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.Programs;
import dev.millrace.spi.OutputPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An output that writes the parts of a batch side by side. */
class PartedOutputTest {
    @TempDir
    Path directory;

    private final PartedTable.Store store = new PartedTable.Store();

    private void run(int writers, int batches) {
        run(writers, batches, List.of(List.of("a", "b", "c", "d"), List.of("e", "f", "g", "h"), List.of("i")));
    }

    private void run(int writers, int batches, List<List<String>> all) {
        try (StreamingContext ssc = Programs.local()) {
            ssc.checkpoint(directory.resolve("checkpoint").toString());
            Programs.queued(
                            ssc,
                            all.stream()
                                    .map(batch -> ssc.millraceContext().parallelize(batch, 4))
                                    .iterator())
                    .named("lines")
                    .to(new PartedTable(store, writers))
                    .named("table");
            ssc.runBatches(batches);
        }
    }

    @Test
    void shouldWriteThePartsOfABatchAtTheSameTime() {
        store.together = new CyclicBarrier(4);
        run(4, 2);
        assertThat(store.entries).hasSize(8);
        assertThat(store.entries.values()).allMatch(rows -> rows.size() == 1);
        assertThat(store.entries.keySet()).allMatch(part -> part.of() == 4);
    }

    @Test
    void shouldGiveTheRowsOfEachPartitionToOnePartInOrder() {
        run(2, 2);
        assertThat(store.rows(0)).containsExactly("a", "c", "e", "g");
        assertThat(store.rows(1)).containsExactly("b", "d", "f", "h");
    }

    @Test
    void shouldWriteWhatIsMissingAsItWasDecidedWhenTheNextProgramHasFewerWriters() {
        run(4, 1);
        store.brokenBatch = 2000;
        assertThat(catchThrowable(() -> run(4, 1))).hasMessageContaining("the sink is full");
        assertThat(store.rows(2)).containsExactly("c");

        run(1, 1);

        assertThat(store.rows(0)).containsExactly("a", "e", "i");
        assertThat(store.rows(2)).containsExactly("c", "g");
        assertThat(store.entries.keySet().stream().map(OutputPart::of)).containsOnly(4, 1);
    }

    @Test
    void shouldDecideNoBatchOfWhichARecordCannotBeWritten() {
        assertThat(catchThrowable(() -> run(2, 1, List.of(List.of("a", "")))))
                .hasMessageContaining("an empty row")
                .hasMessageContaining("its next start runs this batch again");
        assertThat(store.entries).isEmpty();
        run(2, 1, List.of(List.of("a", "b")));
        assertThat(store.rows(1)).containsExactly("a", "b"); // of the partitions 1 and 3
    }

    @Test
    void shouldOpenItOnceARunWithThePlaceOfTheRunBefore() {
        run(2, 1);
        run(2, 1);
        assertThat(store.calls)
                .containsExactly(
                        "open with the place unknown",
                        "close the run of table",
                        "open with the place one",
                        "close the run of table");
    }

    @Test
    void shouldNotStartWhenTheReceiptsAreInAnotherPlace() {
        run(2, 1);
        store.place = "two";
        assertThat(catchThrowable(() -> run(2, 1)))
                .hasMessageContaining("the output \"table\" (a table in parts) cannot begin:"
                        + " java.lang.IllegalStateException: the receipts were in one and are in two; make what it writes to"
                        + " ready again, or correct the output, and start again");
        assertThat(store.calls).endsWith("open with the place one", "close the run of table");
        assertThat(store.rows(0)).containsExactly("a", "c");
    }

    @Test
    void shouldRefuseAnOlderCopyOfWhichItsOutputTellsOnlyWhenItIsOpen() throws IOException {
        run(2, 1);
        Path checkpoint = directory.resolve("checkpoint");
        Path newer = directory.resolve("newer");
        copy(checkpoint, directory.resolve("copy"));
        run(2, 1);
        Files.move(checkpoint, newer);
        Files.move(directory.resolve("copy"), checkpoint);
        store.tellsOnlyWhenOpen = true;
        assertThat(catchThrowable(() -> run(2, 1)))
                .hasMessageContaining(
                        "the output table (a table in parts) has published batch 2000 ms, and the checkpoint does"
                                + " not know of it: its last decided batch is 1000 ms");
        assertThat(store.rows(0)).containsExactly("a", "c", "e", "g");
        assertThat(store.calls).endsWith("open with the place one", "close the run of table");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
