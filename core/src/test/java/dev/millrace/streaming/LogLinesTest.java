/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.CapturedLog;
import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.SetClock;
import dev.millrace.error.BatchFailedException;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.InputSlice;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.PartitionedSource;
import dev.millrace.spi.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log of a run for an operator who has no listener: each line, and its level. */
@Timeout(120)
class LogLinesTest {
    private final CapturedLog log = new CapturedLog("dev.millrace.streaming");

    @AfterEach
    void release() {
        log.close();
    }

    private static StreamingContext context(MillraceConf conf) {
        return new StreamingContext(conf.setMaster("local[2]").setAppName("shop"), Durations.milliseconds(10));
    }

    @Test
    void shouldTellOfStartAndStop() {
        StreamingContext ssc = context(new MillraceConf());
        ssc.queueStream(new ConcurrentLinkedQueue<RDD<Integer>>()).foreachRDD(rdd -> {});
        ssc.start();
        assertThat(log.lines()).containsExactly("INFO \"shop\" started on local[2], a batch each 10 ms, no checkpoint");
        ssc.stop(Duration.ofSeconds(20));
        assertThat(log.lines()).hasSize(2);
        assertThat(log.lines().get(1))
                .matches("INFO \"shop\" stopped after \\d.*s, \\d+ batch(es)? and 0 records.*; FINISHED");
    }

    @Test
    void shouldSumUpTheBatches() throws Exception {
        StreamingContext ssc = context(new MillraceConf().set("millrace.log.summaryInterval", "30ms"));
        ssc.queueStream(new ConcurrentLinkedQueue<RDD<Integer>>()).foreachRDD(rdd -> {});
        ssc.start();
        String line = "INFO \"shop\" ran \\d+ batch(es)? in \\d+ ms with 0 records \\(0.0/s\\).*";
        log.await(line);
        log.await(line);
        ssc.stop(Duration.ofSeconds(20));
    }

    @Test
    void shouldTellWhereAProgramGoesOn(@TempDir Path directory) {
        log.fine();
        for (int run = 0; run < 2; run++) {
            try (StreamingContext ssc = Programs.local(
                    new MillraceConf().setAppName("shop").set("millrace.streaming.checkpoint.snapshotBytes", "1"))) {
                ssc.checkpoint(directory.toString());
                Programs.batches(ssc, List.of(1), List.of(2), List.of(3))
                        .named("numbers")
                        .foreachRDD(rdd -> {})
                        .named("out");
                ssc.runBatches(3);
            }
        }
        assertThat(log.lines().stream()
                        .filter(line -> line.contains("shop"))
                        .map(line -> line.replaceAll("after \\d+ ms,|snapshot \\d+", "...")))
                .containsExactly(
                        "FINE \"shop\" started on local[2], a batch each 1 s, checkpoint " + directory,
                        "FINE \"shop\" stopped ... 3 batches and 3 records; last batch 3000 ms (1970-01-01T00:00:03Z);"
                                + " FINISHED",
                        "FINE \"shop\" resumes after batch 3000 ms (1970-01-01T00:00:03Z), from ... and its journals",
                        "FINE \"shop\" started on local[2], a batch each 1 s, checkpoint " + directory,
                        "FINE \"shop\" stopped ... 3 batches and 0 records; last batch 6000 ms (1970-01-01T00:00:06Z);"
                                + " FINISHED");
    }

    @Test
    void shouldTellWhichSlidesFellIntoTheDowntime(@TempDir Path directory) throws Exception {
        SetClock clock = new SetClock();
        for (int run = 0; run < 2; run++) {
            CountDownLatch ran = new CountDownLatch(2);
            MillraceConf conf = new MillraceConf().setMaster("local[2]").setAppName("shop");
            try (StreamingContext ssc = ContextsByClock.make(conf, Durations.milliseconds(10), clock)) {
                ssc.checkpoint(directory.toString());
                DStream<Integer> numbers = ssc.queueStream(new ConcurrentLinkedQueue<RDD<Integer>>())
                        .named("numbers");
                numbers.window(Durations.milliseconds(20), Durations.milliseconds(20))
                        .named("twenty")
                        .foreachRDD(rdd -> {})
                        .named("windows");
                numbers.window(Durations.milliseconds(20)).named("overlapping").foreachRDD(rdd -> ran.countDown());
                ssc.start();
                assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
            }
            clock.pass(Duration.ofHours(1));
        }
        assertThat(log.lines())
                .filteredOn(line -> line.contains("resumes"))
                .singleElement()
                .asString()
                .matches(
                        "INFO \"shop\" resumes after batch .*from its journals.*; slides that fell into the downtime and"
                                + " have no window: \\{twenty=180\\d{3}\\}");
    }

    /** One batch is decided and cannot be published, or another fails; then the program starts again. */
    private String resumption(Path directory, String failsAt) {
        boolean[] broken = {true};
        MemoryTable table = new MemoryTable() {
            @Override
            public void write(OutputBatch batch, Iterator<Object> records) {
                if (broken[0] && failsAt.equals("publish")) {
                    throw new IllegalStateException("the table is locked");
                }
                super.write(batch, records);
            }
        };
        log.fine();
        for (int run = 0; run < 2; run++) {
            try (StreamingContext ssc = Programs.local(new MillraceConf().setAppName("shop"))) {
                ssc.checkpoint(directory.toString());
                DStream<Object> numbers = Programs.batches(ssc, List.<Object>of(1), List.<Object>of(2))
                        .named("numbers");
                numbers.filter(number -> {
                            if (broken[0] && failsAt.equals("map") && number.equals(2)) {
                                throw new IllegalStateException("no twos");
                            }
                            return true;
                        })
                        .to(table)
                        .named("table");
                if (broken[0]) {
                    assertThatThrownBy(() -> ssc.runBatches(2)).isInstanceOf(BatchFailedException.class);
                    broken[0] = false;
                } else {
                    ssc.runBatches(1);
                }
            }
        }
        return log.lines().stream()
                .filter(line -> line.contains("resumes"))
                .findFirst()
                .orElse("");
    }

    @Test
    void shouldTellWhatIsStillToBePublished(@TempDir Path directory) {
        assertThat(resumption(directory, "publish"))
                .isEqualTo(
                        "FINE \"shop\" resumes after batch 1000 ms (1970-01-01T00:00:01Z), from its journals; publishes 1"
                                + " batch that it had decided");
    }

    @Test
    void shouldTellWhatRunsAgain(@TempDir Path directory) {
        assertThat(resumption(directory, "map"))
                .isEqualTo(
                        "FINE \"shop\" resumes after batch 1000 ms (1970-01-01T00:00:01Z), from its journals; runs 1 batch"
                                + " again");
    }

    @Test
    void shouldTellWhyABatchFailedWithWhatTheProgramThrew() {
        StreamingContext ssc = context(new MillraceConf().set("millrace.task.maxAttempts", "1"));
        IllegalStateException thrown = new IllegalStateException("no such shop");
        ConcurrentLinkedQueue<RDD<Integer>> queue = new ConcurrentLinkedQueue<>();
        queue.add(ssc.millraceContext().parallelize(List.of(1, 2), 2));
        ssc.queueStream(queue).foreachRDD(rdd -> {
            throw thrown;
        });
        ssc.start();
        Throwable failure = catchThrowable(() -> ssc.awaitTermination());
        assertThat(failure).isInstanceOf(BatchFailedException.class);
        LogRecord record = log.records().get(1);
        assertThat(record.getLevel()).isEqualTo(Level.SEVERE);
        assertThat(record.getMessage()).isEqualTo("\"shop\" ends by itself: " + failure.getMessage());
        assertThat(record.getThrown()).isSameAs(thrown);
        assertThat(log.lines()).hasSize(3).last().asString().matches("INFO \"shop\" stopped after .*; it failed");
    }

    @Test
    void shouldTellWhyAProgramEndedByItselfAndShowNoStackOfOurs() {
        StreamingContext ssc = context(new MillraceConf());
        ssc.from(new Broken()).foreachRDD(rdd -> {});
        ssc.start();
        Throwable failure = catchThrowable(() -> ssc.awaitTermination());
        LogRecord record = log.records().get(1);
        assertThat(record.getLevel()).isEqualTo(Level.SEVERE);
        assertThat(record.getMessage())
                .isEqualTo("\"shop\" ends by itself: " + failure.getMessage())
                .endsWith(" failed: its input could not be planned: the broker is gone");
        assertThat(record.getThrown()).isNull();
        assertThat(log.lines()).hasSize(3);
    }

    @Test
    void shouldLeaveItToTheCallerOfABatchInVirtualTime() {
        log.fine();
        try (StreamingContext ssc = Programs.local()) {
            ssc.from(new Broken()).foreachRDD(rdd -> {});
            assertThatThrownBy(() -> ssc.runBatches(1)).hasMessageEndingWith("the broker is gone");
        }
        assertThat(log.lines()).isNotEmpty().allMatch(line -> line.startsWith("FINE "));
    }

    private record Broken() implements Source<Integer>, Source.Cursor<Integer> {
        @Override
        public String description() {
            return "nothing";
        }

        @Override
        public Broken open(Map<Object, Object> position) {
            return this;
        }

        @Override
        public InputSlice next(BatchTime time) {
            throw new IllegalStateException("the broker is gone");
        }

        @Override
        public PartitionedSource<Integer> read(InputSlice slice) {
            throw new IllegalStateException("it has no slices");
        }

        @Override
        public void close() {}
    }

    @Test
    void shouldTellOfFilesThatAreThereAtTheFirstStart(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("a.txt"), "a");
        Files.writeString(directory.resolve("b.txt"), "b");
        try (CapturedLog files = new CapturedLog("dev.millrace.streaming.files");
                StreamingContext ssc = Programs.local()) {
            ssc.textFileStream(directory.toString()).foreachRDD(rdd -> {});
            ssc.runBatches(2);
            assertThat(files.lines())
                    .containsExactly(
                            "INFO the file stream of " + directory + " passed over 2 files that were there at its"
                                    + " first start; to have such files read, begin anew with newFilesOnly = false");
        }
    }

    @Test
    void shouldTellHowManyRecordsWerePutAside(@TempDir Path directory) {
        log.fine();
        try (StreamingContext ssc = Programs.local(new MillraceConf()
                .setAppName("shop")
                .set("millrace.streaming.quarantine.directory", directory.toString()))) {
            Programs.batches(ssc, List.of("1", "x", "y"), List.of("z"), List.of("4"), List.of("a"))
                    .map(Integer::parseInt)
                    .named("numbers")
                    .onError(ErrorPolicy.quarantine())
                    .foreachRDD(rdd -> rdd.count());
            ssc.runBatches(4);
        }
        assertThat(log.lines().stream().filter(line -> line.contains("quarantine")))
                .containsExactly(
                        "FINE \"shop\" put 2 records into the quarantine: {numbers=2}, in " + directory,
                        "FINE \"shop\" put 2 records into the quarantine: {numbers=2} since the last line that said so");
    }

    @Test
    void shouldWarnOfManyRecordsThatWerePutAside(@TempDir Path directory) throws Exception {
        try (StreamingContext ssc =
                context(new MillraceConf().set("millrace.streaming.quarantine.directory", directory.toString()))) {
            RDD<Integer> numbers = ssc.millraceContext().parallelize(Collections.nCopies(10_001, 0));
            ssc.queueStream(new ConcurrentLinkedQueue<>(List.of(numbers)))
                    .map(number -> 1 / number)
                    .named("divided")
                    .onError(ErrorPolicy.quarantine())
                    .foreachRDD(rdd -> rdd.count());
            ssc.start();
            log.await("WARNING \"shop\" put 10001 records into the quarantine: \\{divided=10001}, in "
                    + Pattern.quote(directory.toString()) + "; look whether this input is what it should be");
        }
    }

    @Test
    void shouldTellWhatAFoldCost(@TempDir Path directory) throws Exception {
        try (CapturedLog checkpoint = new CapturedLog("dev.millrace.streaming.checkpoint");
                StreamingContext ssc =
                        context(new MillraceConf().set("millrace.streaming.checkpoint.snapshotBytes", "1"))) {
            ssc.checkpoint(directory.toString());
            ssc.queueStream(new ConcurrentLinkedQueue<RDD<Integer>>())
                    .named("numbers")
                    .foreachRDD(rdd -> {})
                    .named("out");
            ssc.start();
            checkpoint.await(
                    "INFO folded \\d+ bytes of journals into a snapshot of \\d+ bytes in \\d.*s, and wrote \\d+"
                            + " bytes for it");
        }
    }
}
