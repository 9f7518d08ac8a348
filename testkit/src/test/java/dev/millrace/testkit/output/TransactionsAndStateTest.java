/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Tuple2;
import dev.millrace.error.BatchFailedException;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.TransactionalOutput;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.testkit.CrashSite;
import dev.millrace.testkit.NoLeaks;
import dev.millrace.testkit.SimulatedCrash;
import dev.millrace.testkit.StreamTestDriver;
import dev.millrace.testkit.StreamTestSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A table, files and state agree after a crash, whatever the program's functions give the second time. */
@ExtendWith(NoLeaks.class)
class TransactionsAndStateTest {
    private static final int BATCHES = 5;

    @TempDir
    private Path directory;

    private String url = "";

    /** Gives another number each time: a program that is not deterministic. */
    private final AtomicInteger clock = new AtomicInteger();

    @BeforeEach
    void nameDatabase() {
        url = "jdbc:h2:" + directory.resolve("database");
    }

    private void build(StreamingContext context, TransactionalOutput<Tuple2<String, Integer>> table) {
        var drawn = context.queueStream(new ArrayDeque<RDD<String>>())
                .named("words")
                .mapToPair(word -> Tuple2.of(word, clock.incrementAndGet()))
                .updateStateByKey(
                        StateType.of("drawn", String.class),
                        (numbers, old) -> Optional.of(
                                numbers.isEmpty() ? old.orElse("") : old.orElse("") + " " + numbers.get(0)));
        drawn.map(word -> Tuple2.of(last(word._2()), 0)).to(table).named("table");
        drawn.map(word -> last(word._2()))
                .to(StreamingContext.textFiles(directory.resolve("files").toString()))
                .named("files");
        drawn.foreachRDD("seen", rdd -> rdd.count());
        drawn.to(StreamingContext.textFiles(directory.resolve("history").toString()))
                .named("history");
    }

    private static String last(String numbers) {
        return numbers.substring(numbers.lastIndexOf(' ') + 1);
    }

    private StreamTestSetup setup() {
        return StreamTestDriver.setup()
                .checkpoint(directory.resolve("checkpoint"))
                .set("millrace.streaming.concurrentJobs", "2")
                .set("millrace.streaming.checkpoint.snapshotBytes", "1k")
                .observeOnly();
    }

    private static void fill(StreamTestDriver driver) {
        for (int batch = 0; batch < BATCHES; batch++) {
            driver.input("words").batch("word");
        }
    }

    private static int done(StreamTestDriver driver) {
        return driver.context()
                .lastBatchTime()
                .map(time -> (int) (time.milliseconds() / 1000))
                .orElse(0);
    }

    private String text(String output, int batch) throws IOException {
        return Files.readString(directory.resolve(output + "/batch-" + batch * 1000 + "/part-00000"))
                .strip();
    }

    /** What the state says was drawn in each batch is in the files and in the table, in no other form. */
    private void mustAgree() throws Exception {
        String history = text("history", BATCHES);
        List<String> drawn = List.of(
                history.substring("(word, ".length(), history.length() - 1).split(" "));
        assertThat(drawn).hasSize(BATCHES);
        List<String> files = new ArrayList<>();
        List<String> rows = new ArrayList<>();
        for (int batch = 1; batch <= BATCHES; batch++) {
            files.add(text("files", batch));
        }
        new CountsTable(url).rows("table").forEach(row -> rows.add(row._1()));
        assertThat(files).isEqualTo(drawn);
        assertThat(rows).isEqualTo(drawn);
    }

    static Stream<CrashSite> sites() {
        return CrashSite.all(2).stream().filter(site -> !site.point().startsWith("WAL_"));
    }

    @ParameterizedTest
    @MethodSource("sites")
    void shouldAgreeWhenAProgramThatDrawsOtherNumbersEachTimeDies(CrashSite site) throws Exception {
        CountsTable table = new CountsTable(url);
        try (StreamTestDriver driver = setup().run(context -> build(context, table))) {
            fill(driver);
            driver.crashAt(site);
            while (done(driver) < BATCHES) {
                try {
                    driver.advanceBatch();
                } catch (SimulatedCrash crash) {
                    driver.restart();
                }
            }
        }
        mustAgree();
    }

    /** Fails as a database does that is away for a while. */
    private static final class Away extends CountsTable {
        private int failures = 2;

        Away(String url) throws SQLException {
            super(url);
        }

        @Override
        public void write(OutputBatch batch, Iterator<Tuple2<String, Integer>> records) throws SQLException {
            if (batch.time().milliseconds() == 3000 && failures-- > 0) {
                throw new SQLException("the database is away");
            }
            super.write(batch, records);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "32k"})
    void shouldStopTheLineAndGoOnWhereItStoodWhenTheDatabaseIsAway(String bytesInDecision) throws Exception {
        Away table = new Away(url);
        StreamTestSetup setup = setup().set("millrace.streaming.checkpoint.rowBytesInDecision", bytesInDecision);
        try (StreamTestDriver driver = setup.run(context -> build(context, table))) {
            fill(driver);
            driver.advanceBatches(2);
            assertThatThrownBy(driver::advanceBatch)
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessageContaining("the database is away");
            assertThatThrownBy(driver::restart).hasMessageContaining("the database is away");
            driver.restart();
            assertThat(done(driver)).isEqualTo(3);
            driver.advanceBatches(BATCHES - 3);
        }
        mustAgree();
        Path rows = directory.resolve("checkpoint/rows");
        if (bytesInDecision.equals("1")) {
            assertThat(rows).isEmptyDirectory();
        } else {
            assertThat(rows).doesNotExist();
        }
    }

    @Test
    void shouldWriteWithoutACheckpointAndLeaveNothingBehind() throws Exception {
        CountsTable table = new CountsTable(url);
        Path spill = Files.createDirectory(directory.resolve("spill"));
        StreamTestSetup setup = StreamTestDriver.setup()
                .set("millrace.memory.spillDirectory", spill.toString())
                .observeOnly();
        try (StreamTestDriver driver = setup.run(context -> build(context, table))) {
            fill(driver);
            driver.advanceBatches(BATCHES);
        }
        mustAgree();
        assertThat(spill).isEmptyDirectory();
    }
}
