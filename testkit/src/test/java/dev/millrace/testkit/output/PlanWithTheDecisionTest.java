/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.rdd.RDD;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.TransactionalOutput;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.ErrorPolicy;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.testkit.FaultyFileStore;
import dev.millrace.testkit.FileOperation;
import dev.millrace.testkit.StreamTestDriver;
import dev.millrace.testkit.StreamTestSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The decision of a batch makes its plan durable too, where nothing of the batch is left anywhere before it. */
class PlanWithTheDecisionTest {
    private static final int BATCHES = 3;
    private static final BatchTime NOTHING = new BatchTime(0);

    @TempDir
    private Path aside;

    private final List<String> events = Collections.synchronizedList(new ArrayList<>());

    /** A sink that loses nothing, and that a program without power reaches no more. */
    private static final class Sink implements TransactionalOutput<String> {
        private final FaultyFileStore disk;
        private final List<String> events;
        private final List<OutputBatch> published;

        Sink(FaultyFileStore disk, List<String> events, List<OutputBatch> published) {
            this.disk = disk;
            this.events = events;
            this.published = published;
        }

        @Override
        public boolean isPublished(OutputBatch batch) {
            return receipts(batch.outputName(), NOTHING).stream()
                    .anyMatch(receipt -> receipt.time().equals(batch.time()));
        }

        @Override
        public void write(OutputBatch batch, Iterator<String> records) {
            if (disk.isDead()) {
                throw new IllegalStateException("there is no power");
            }
            records.forEachRemaining(record -> events.add("write " + record));
            published.add(batch);
        }

        @Override
        public List<OutputBatch> receipts(String outputName, BatchTime after) {
            return published.stream()
                    .filter(batch -> batch.time().isAfter(after))
                    .toList();
        }
    }

    private static DStream<String> words(StreamingContext context, Sink sink) {
        DStream<String> words =
                context.queueStream(new ArrayDeque<RDD<String>>()).named("words");
        words.to(sink).named("rows");
        return words;
    }

    private static boolean hasRecords(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> file.getFileName().toString().contains("batch-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static StreamTestSetup setup(FaultyFileStore disk, String bytesInDecision) {
        return StreamTestDriver.setup()
                .fileStore(disk)
                .set("millrace.streaming.checkpoint.rowBytesInDecision", bytesInDecision)
                .observeOnly();
    }

    /** The events of the second batch: syncs of the journal, new files of rows, calls of the program's code, and rows in the sink. */
    private List<String> eventsOfABatch(String bytesInDecision, Consumer<DStream<String>> more) {
        FaultyFileStore disk = new FaultyFileStore();
        Sink sink = new Sink(disk, events, new ArrayList<>());
        StreamTestSetup setup =
                setup(disk, bytesInDecision).set("millrace.streaming.quarantine.directory", aside.toString());
        try (StreamTestDriver driver = setup.run(context -> more.accept(words(context, sink)))) {
            driver.input("words").batch("first").batch("second");
            driver.advanceBatch();
            events.clear();
            disk.fault((operation, path) -> {
                if (operation == FileOperation.SYNC && path.startsWith("journal/")) {
                    events.add(hasRecords(aside) ? "sync the journal, with records aside" : "sync the journal");
                } else if (operation == FileOperation.CREATE && path.startsWith("rows/")) {
                    events.add("make a file");
                }
            });
            driver.advanceBatch();
            disk.noFault();
            return List.copyOf(events);
        }
    }

    @Test
    void shouldSyncTheJournalOnceWhileRowsWaitInTheDecision() {
        assertThat(eventsOfABatch("32k", words -> {})).containsExactly("sync the journal", "write second");
    }

    @Test
    void shouldSyncThePlanBeforeATaskMakesAFile() {
        assertThat(eventsOfABatch("1", words -> {}))
                .containsExactly("sync the journal", "make a file", "sync the journal", "write second");
    }

    @Test
    void shouldSyncThePlanBeforeTheProgramsOwnCodeSeesTheBatch() {
        assertThat(eventsOfABatch(
                        "32k",
                        words -> words.foreachRDD("seen", rdd -> rdd.foreach(word -> events.add("see " + word)))))
                .containsExactly("sync the journal", "see second", "sync the journal", "write second");
    }

    private static String notSecond(String word) {
        if (word.equals("second")) {
            throw new IllegalArgumentException(word);
        }
        return word;
    }

    /** A batch with another plan would put the same records aside in other files. */
    @Test
    void shouldSyncThePlanBeforeRecordsArePutAside() {
        assertThat(eventsOfABatch(
                        "32k",
                        words -> words.map(PlanWithTheDecisionTest::notSecond)
                                .named("first")
                                .onError(ErrorPolicy.quarantine())
                                .to(new Sink(new FaultyFileStore(), events, new ArrayList<>()))
                                .named("nothing")))
                .containsExactly("sync the journal", "sync the journal, with records aside", "write second");
    }

    /** Runs what is left of the batches. */
    private static void runAll(FaultyFileStore disk, String bytesInDecision, Sink sink) {
        try (StreamTestDriver driver = setup(disk, bytesInDecision).run(context -> words(context, sink))) {
            for (int batch = 1; batch <= BATCHES; batch++) {
                driver.input("words").batch("word " + batch);
            }
            driver.advanceBatches(0); // those that an earlier run has left
            int done = driver.context()
                    .lastBatchTime()
                    .map(time -> (int) (time.milliseconds() / 1000))
                    .orElse(0);
            driver.advanceBatches(BATCHES - done);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "32k"})
    void shouldWriteEachBatchOnceWhereverThePowerFails(String bytesInDecision) {
        boolean failed = true;
        for (int operation = 1; failed; operation++) {
            FaultyFileStore disk = new FaultyFileStore().powerFailsAt(operation);
            List<String> written = new ArrayList<>();
            List<OutputBatch> published = new ArrayList<>();
            try {
                runAll(disk, bytesInDecision, new Sink(disk, written, published));
                failed = disk.isDead();
            } catch (RuntimeException e) {
                assertThat(disk.isDead()).as(e.toString()).isTrue();
            }
            FaultyFileStore next = disk.afterPowerFailure(operation);
            runAll(next, bytesInDecision, new Sink(next, written, published));
            assertThat(written)
                    .as("power fails at operation " + operation)
                    .containsExactly("write word 1", "write word 2", "write word 3");
        }
    }
}
