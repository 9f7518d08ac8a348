/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ChildJvm;
import dev.millrace.MillraceConf;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records that have come in while no batch took them are spread over several batches. */
@Timeout(120)
class BacklogTest {
    private static final String MOST = "millrace.streaming.receiver.maxBytesPerBatch";
    private static final int BLOCKS = 10;

    @TempDir
    private Path directory;

    private final ByHand<Object> receiver = new ByHand<>();

    /** A life that logs blocks of a hundred bytes and more, and takes none. */
    private void log() throws InterruptedException {
        Program<Object> program = new Program<>(receiver, directory).run(0);
        assertThat(receiver.event()).isEqualTo("start");
        for (int i = 0; i < BLOCKS; i++) {
            receiver.store(block(i), i);
        }
        program.stopNow();
    }

    private static List<Object> block(int number) {
        return List.of(number, "x".repeat(100));
    }

    private static List<Object> blocks(int from, int until) {
        return IntStream.range(from, until)
                .mapToObj(number -> block(number).stream())
                .flatMap(records -> records)
                .toList();
    }

    @Test
    void shouldTakeAsManyBytesAsABatchMayHaveAndTheRestLater() throws Exception {
        log();
        try (Program<Object> program = new Program<>(new ByHand<>(), directory, MOST, "350").run(2)) {
            assertThat(program.batches).containsExactly(blocks(0, 3), blocks(3, 6));
        }
        ByHand<Object> next = new ByHand<>();
        try (Program<Object> program = new Program<>(next, directory, MOST, "1").run(0)) {
            assertThat(next.event()).isEqualTo("start at 9");
            program.run(5);
            assertThat(program.batches)
                    .containsExactly(blocks(6, 7), blocks(7, 8), blocks(8, 9), blocks(9, 10), List.of());
        }
    }

    @Test
    void shouldTakeAllThatIsAvailable() throws Exception {
        log();
        try (Program<Object> program = new Program<>(new ByHand<>(), directory, MOST, "350")) {
            program.ssc.runAvailable();
            assertThat(program.batches).hasSize(4);
            assertThat(program.received()).isEqualTo(blocks(0, BLOCKS));
        }
    }

    @Test
    void shouldBeginAfterWhatWasTakenWhereNothingIsLogged() throws Exception {
        String[] unlogged = {MOST, "1", "millrace.streaming.receiver.writeAheadLog.enable", "false"};
        try (Program<Object> program = new Program<>(receiver, directory, unlogged).run(0)) {
            assertThat(receiver.event()).isEqualTo("start");
            receiver.store(block(0), 0);
            program.run(1);
        }
        ByHand<Object> next = new ByHand<>();
        try (Program<Object> program = new Program<>(next, directory, unlogged).run(0)) {
            assertThat(next.event()).isEqualTo("start at 0");
        }
    }

    @Test
    void shouldTakeAllOfItBeforeAGracefulStop() throws Exception {
        log();
        Program<Object> program = new Program<>(new ByHand<>(), directory, MOST, "350");
        program.ssc.start();
        assertThat(program.ssc.stop(Duration.ofSeconds(30))).isEqualTo(StopResult.FINISHED);
        assertThat(program.received()).isEqualTo(blocks(0, BLOCKS));
    }

    @Test
    void shouldNotCutWhatCameWithinTwoIntervals() throws Exception {
        try (Program<Object> program = new Program<>(Durations.minutes(60), receiver, MOST, "1").run(0)) {
            assertThat(receiver.event()).isEqualTo("start");
            for (int i = 0; i < BLOCKS; i++) {
                receiver.store(block(i));
            }
            assertThat(program.run(1).batches).containsExactly(blocks(0, BLOCKS));
        }
    }

    /** A window of a backlog of 100 MB, which was one batch, and failed in each life. */
    @Test
    @Tag("full")
    void shouldProcessABacklogInASmallHeap() throws Exception {
        ChildJvm.run(
                BacklogTest.class,
                "-Xmx128m",
                directory.resolve("log"),
                directory.resolve("checkpoint").toString());
    }

    private static final int RECORDS = 1_000_000;
    private static final int MOST_UNDER_WAY = 1; // then ticks wait, at so short an interval
    private static final CountDownLatch SLOW = new CountDownLatch(1);
    private static final CountDownLatch NO_MORE_TICKS = new CountDownLatch(1);
    private static final CountDownLatch STORED = new CountDownLatch(1);

    private static final class Lines extends Receiver<String> {
        Lines() {
            super(StorageLevel.MEMORY_AND_DISK_SER());
        }

        @Override
        protected void run() throws InterruptedException {
            store("the first");
            NO_MORE_TICKS.await();
            for (int i = 0; i < RECORDS; i++) {
                store(
                        "a line that is about a hundred bytes long, as many are in a log of visits to the pages of a site "
                                + i);
            }
            STORED.countDown();
            new CountDownLatch(1).await();
        }
    }

    public static void main(String[] args) throws Exception {
        AtomicLong records = new AtomicLong();
        AtomicLong underWay = new AtomicLong();
        CountDownLatch all = new CountDownLatch(1);
        try (StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.milliseconds(20))) {
            ssc.checkpoint(args[0]);
            ssc.addStreamingListener(new StreamingListener() {
                @Override
                public void onBatchSubmitted(BatchInfo batch) {
                    if (underWay.incrementAndGet() >= MOST_UNDER_WAY && SLOW.getCount() == 0) {
                        NO_MORE_TICKS.countDown(); // until the slow output has ended
                    }
                }

                @Override
                public void onBatchCompleted(BatchInfo batch) {
                    underWay.decrementAndGet();
                    if (!batch.failure().isEmpty()) {
                        System.out.println("batch " + batch.batchTime() + " failed: " + batch.failure());
                        all.countDown();
                    }
                }
            });
            DStream<String> lines = ssc.receiverStream(new Lines()).named("lines");
            lines.foreachRDD("slow once", rdd -> {
                long count = rdd.count();
                if (count > 0 && SLOW.getCount() > 0) {
                    SLOW.countDown();
                    if (underWay.get() >= MOST_UNDER_WAY) {
                        NO_MORE_TICKS.countDown();
                    }
                    STORED.await();
                }
                if (records.addAndGet(count) == RECORDS + 1) {
                    all.countDown();
                }
            });
            lines.window(Durations.seconds(5), Durations.milliseconds(500))
                    .named("recent")
                    .foreachRDD("count", rdd -> {
                        rdd.count();
                    });
            ssc.start();
            all.await();
            System.out.println(records + " records, " + ssc.failure());
            System.exit(records.get() == RECORDS + 1 && ssc.failure().isEmpty() ? 0 : 1);
        }
    }
}
