/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.TransactionalOutput;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows of a transactional output whose sink does not simply say yes. */
class StagedRowsTest {
    private static final OutputBatch BATCH = new OutputBatch(new BatchTime(1000), "rows");

    @TempDir
    Path directory;

    /** A store that commits a batch once. */
    private static final class Store {
        private final List<String> rows = new ArrayList<>();
        private boolean receipt;

        void commit(List<String> batch) {
            if (receipt) {
                throw new IllegalStateException("the receipt is there already");
            }
            receipt = true;
            rows.addAll(batch);
        }
    }

    private interface Hook {
        void run() throws Exception;
    }

    /** @param midway runs behind the first row, {@code committed} behind the commit */
    private record Sink(Store store, Hook midway, Hook committed) implements TransactionalOutput<String> {
        @Override
        public boolean isPublished(OutputBatch batch) {
            return store.receipt;
        }

        @Override
        public void write(OutputBatch batch, Iterator<String> records) throws Exception {
            List<String> rows = new ArrayList<>();
            rows.add(records.next());
            midway.run();
            records.forEachRemaining(rows::add);
            store.commit(rows);
            committed.run();
        }

        @Override
        public List<OutputBatch> receipts(String outputName, BatchTime after) {
            return List.of();
        }
    }

    private StagedRows<String> output(Store store, Hook midway, Hook committed) {
        return new StagedRows<>(new Sink(store, midway, committed), place(0), () -> {});
    }

    private RowsPlace place(long bytesInDecision) {
        return new RowsPlace(
                directory.toString(), "rows/", ValueCodec.builtIn(), CheckpointIdentity.NONE, bytesInDecision);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private String publish(int partition, int rows, int filesExpected) throws Exception {
        Store store = new Store();
        List<String> all =
                IntStream.range(0, rows).mapToObj(row -> "row " + row).toList();
        StagedRows<String> output = new StagedRows<>(new Sink(store, () -> {}, () -> {}), place(1000), () -> {});
        String part = Objects.requireNonNull(output.stage(BATCH, partition, 0, all.iterator()));
        assertThat(files()).hasSize(filesExpected);
        assertThat(RowFiles.names(List.of(part))).hasSize(filesExpected);
        output.publish(BATCH, List.of(part));
        assertThat(store.rows).isEqualTo(all);
        output.discard(BATCH);
        return part;
    }

    @Test
    void shouldPutFewRowsIntoTheDecision() throws Exception {
        assertThat(publish(63, 50, 0)).startsWith("rows-63=");
    }

    @Test
    void shouldPutManyRowsIntoAFile() throws Exception {
        assertThat(publish(63, 5000, 1)).startsWith("rows-00063.0-");
    }

    @Test
    void shouldPutFewRowsOfManyPartitionsIntoFiles() throws Exception {
        assertThat(publish(64, 1, 1)).startsWith("rows-00064.0-");
    }

    @Test
    void shouldSayInHowManyPartsABatchIsWritten() {
        for (String rows : new String[] {null, "AAofAA=="}) {
            for (int parts : new int[] {1, 4}) {
                String text = StagedPart.text("rows-00011.2-0f0f", 11, parts, rows);
                StagedPart part = StagedPart.of(text);
                assertThat(part.rows()).isEqualTo(rows);
                assertThat(part.partition()).isEqualTo(11);
                assertThat(part.parts()).isEqualTo(parts);
                assertThat(part.file()).isEqualTo(rows == null ? "rows-00011.2-0f0f" : "rows-11");
            }
        }
    }

    private List<String> stage() throws IOException {
        StagedRows<String> output = output(new Store(), () -> {}, () -> {});
        return List.of(
                Objects.requireNonNull(output.stage(BATCH, 0, 0, List.of("a").iterator())),
                Objects.requireNonNull(output.stage(BATCH, 1, 0, List.of("b").iterator())));
    }

    @Test
    void shouldFindItPublishedWhenAnotherProgramWasFaster() throws Exception {
        Store store = new Store();
        List<String> parts = stage();
        StagedRows<String> successor = output(store, () -> {}, () -> {});
        StagedRows<String> output = output(
                store,
                () -> {
                    successor.publish(BATCH, parts);
                    successor.discard(BATCH);
                },
                () -> {});
        output.publish(BATCH, parts);
        output.discard(BATCH);
        assertThat(store.rows).containsExactly("a", "b");
    }

    @Test
    void shouldFindItPublishedWhenTheAnswerToTheCommitWasLost() throws Exception {
        Store store = new Store();
        output(store, () -> {}, () -> {
                    throw new IOException("connection reset");
                })
                .publish(BATCH, stage());
        assertThat(store.rows).containsExactly("a", "b");
    }

    @Test
    void shouldFailWhenNothingWasWritten() throws Exception {
        Store store = new Store();
        List<String> parts = stage();
        StagedRows<String> output = output(
                store,
                () -> {
                    throw new IOException("connection reset");
                },
                () -> {});
        assertThatThrownBy(() -> output.publish(BATCH, parts))
                .isInstanceOf(IOException.class)
                .hasMessage("connection reset");
        assertThat(store.rows).isEmpty();
    }
}
