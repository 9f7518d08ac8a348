/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.error.CheckpointException;
import dev.millrace.spi.OutputBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A batch is decided, its sink is down, and the rows that wait for it are no longer what they were. */
class LostRowsTest {
    @TempDir
    private Path directory;

    private final Table table = new Table();

    private static final class Table extends MemoryTable {
        private enum Down {
            NO,
            BEFORE_WRITING,
            AFTER_WRITING
        }

        private Down down = Down.NO;

        @Override
        public boolean isPublished(OutputBatch batch) {
            if (down == Down.AFTER_WRITING && super.isPublished(batch)) {
                throw new IllegalStateException("no answer");
            }
            return super.isPublished(batch);
        }

        @Override
        public void write(OutputBatch batch, Iterator<Object> records) {
            if (down == Down.BEFORE_WRITING) {
                throw new IllegalStateException("no connection");
            }
            super.write(batch, records);
            if (down == Down.AFTER_WRITING) {
                throw new IllegalStateException("no answer");
            }
        }
    }

    private static final String LONG = "b".repeat(50_000); // so that it waits in a file

    private Path checkpoint() {
        return directory.resolve("checkpoint");
    }

    private StreamingContext program() {
        StreamingContext ssc = Programs.local(new MillraceConf());
        ssc.checkpoint(checkpoint().toString());
        Programs.batches(ssc, List.of("a"), List.of(LONG), List.of("c"))
                .named("lines")
                .to(table)
                .named("table");
        return ssc;
    }

    private void run(int batches) {
        try (StreamingContext ssc = program()) {
            ssc.runBatches(batches);
        }
    }

    @BeforeEach
    void publishTheFirst() {
        run(1);
    }

    private Path decideTheSecond(Table.Down down) throws IOException {
        table.down = down;
        assertThatThrownBy(() -> run(1)).hasMessageContaining("cannot publish its part of batch 2000 ms");
        table.down = Table.Down.NO;
        try (Stream<Path> rows = Files.walk(checkpoint().resolve("rows"))) {
            return rows.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
    }

    private String verified() {
        return CheckpointVerification.of(checkpoint()).refused();
    }

    private List<String> planned() {
        try (StreamingContext ssc = program()) {
            return UpgradePlan.of(ssc).problems();
        }
    }

    private void mustBeRefused(String finding) throws IOException {
        String problem = "batch 2000 ms is decided, and its rows for the output table cannot be published: " + finding
                + "restore the whole directory from a backup (a start then tells what its outputs have published since), or"
                + " start with a new directory; or go back to a batch before it, so that it runs again:"
                + " millrace checkpoint rollback";
        assertThat(verified()).isEqualTo(problem);
        assertThat(planned()).containsExactly(problem);
        assertThatThrownBy(() -> run(1))
                .isInstanceOf(CheckpointException.class)
                .hasMessageEndingWith("\n  - " + problem);
        assertThat(table.rows()).containsExactly("a");
        CheckpointRollback.carryOut(checkpoint(), new BatchTime(1000));
        run(2);
        assertThat(table.rows()).containsExactly("a", LONG, "c");
    }

    @Test
    void shouldNameTheFileThatIsGone() throws IOException {
        Path rows = decideTheSecond(Table.Down.BEFORE_WRITING);
        Files.delete(rows);
        mustBeRefused("the file " + rows + " is gone; ");
    }

    @Test
    void shouldNameTheFileThatIsCutShort() throws IOException {
        Path rows = decideTheSecond(Table.Down.BEFORE_WRITING);
        Files.write(rows, new byte[0]);
        mustBeRefused("the file " + rows + " is damaged at byte 0: it is not a file of this format and version; ");
    }

    @Test
    void shouldNotNeedRowsThatTheSinkHas() throws IOException {
        Path rows = decideTheSecond(Table.Down.AFTER_WRITING);
        Files.delete(rows);
        assertThat(verified()).as("who does not ask the sink").contains(rows + " is gone");
        assertThat(planned()).isEmpty();
        run(1);
        assertThat(table.rows()).containsExactly("a", LONG, "c");
    }
}
