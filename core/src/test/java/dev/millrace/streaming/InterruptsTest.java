/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.CapturedLog;
import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.error.BatchFailedException;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.StagedOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An interrupt that code of the program leaves behind is nobody else's. */
class InterruptsTest {
    @TempDir
    private Path directory;

    private static <T> T interrupting(T value) {
        Thread.currentThread().interrupt();
        return value;
    }

    /** An output that leaves its thread interrupted at each step. */
    private static final class Interrupting implements StagedOutput<Integer> {
        @Override
        public String stage(OutputBatch batch, int partition, int attempt, Iterator<Integer> records) {
            records.forEachRemaining(record -> {});
            return interrupting("part");
        }

        @Override
        public void publish(OutputBatch batch, List<String> parts) {
            Thread.currentThread().interrupt();
        }

        @Override
        public void discard(OutputBatch batch) {
            Thread.currentThread().interrupt();
        }

        @Override
        public List<OutputBatch> receipts(String outputName, BatchTime after) {
            return interrupting(List.of());
        }
    }

    /** Functions and outputs of every kind, each of which leaves the interrupt flag set. */
    private StreamingContext program(int concurrentJobs, CountDownLatch batches) {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.streaming.concurrentJobs", String.valueOf(concurrentJobs))
                .set("millrace.memory.budget", "1m")
                .set("millrace.streaming.checkpoint.snapshotBytes", "1k");
        StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(10));
        ssc.checkpoint(directory.resolve("checkpoint").toString());
        List<List<Integer>> input = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            input.add(List.of(1, 2, 3, 4));
        }
        DStream<Integer> numbers = Programs.batches(ssc, (Iterable<List<Integer>>) input)
                .named("numbers")
                .map(n -> interrupting(n))
                .transform(rdd -> interrupting(rdd));
        numbers.foreachRDD(rdd -> {
                    rdd.count();
                    Thread.currentThread().interrupt();
                })
                .named("count");
        numbers.to(new Interrupting()).named("interrupting");
        numbers.mapToPair(n -> Tuple2.of(n, 1))
                .updateStateByKey(
                        StateType.of("totals", Integer.class),
                        (values, total) -> interrupting(Optional.of(total.orElse(0) + values.size())))
                .to(StreamingContext.textFiles(directory.resolve("out").toString()))
                .named("out");
        numbers.foreachRDD(rdd -> batches.countDown()).named("batches");
        return ssc;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldNotReachTheNextOutputNorTheJournal(int concurrentJobs) throws Exception {
        CountDownLatch batches = new CountDownLatch(20);
        StreamingContext ssc = program(concurrentJobs, batches);
        ssc.start();
        assertThat(batches.await(20, TimeUnit.SECONDS)).as("%s", ssc.failure()).isTrue();
        assertThat(ssc.stop(Duration.ofSeconds(20))).isEqualTo(StopResult.FINISHED);
        assertThat(ssc.failure()).isEmpty();
        try (Stream<Path> published = Files.list(directory.resolve("out"))) {
            assertThat(published.filter(file -> !file.getFileName().toString().startsWith(".")))
                    .hasSizeGreaterThanOrEqualTo(20);
        }
    }

    @Test
    void shouldRunBatchesOfVirtualTimeAndLeaveTheCallersOwn() {
        try (StreamingContext ssc = program(1, new CountDownLatch(1))) {
            Thread.currentThread().interrupt();
            ssc.runBatches(3);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(ssc.lastBatchTime()).hasValue(new BatchTime(10));
            ssc.runBatches(1);
            assertThat(ssc.lastBatchTime()).hasValue(new BatchTime(20));
            assertThat(ssc.failure()).isEmpty();
        }
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void shouldReturnBehindTheBatchInWhichTheThreadIsInterrupted() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        try (StreamingContext ssc = Programs.local(new MillraceConf());
                CapturedLog log = new CapturedLog("dev.millrace.streaming").fine()) {
            List<List<Integer>> seen = new ArrayList<>();
            Programs.batches(ssc, List.of(1), List.of(2), List.of(3), List.of(4))
                    .foreachRDD(rdd -> {
                        seen.add(rdd.collect());
                        if (seen.size() == 2) {
                            second.countDown();
                            awaitWhateverComes(interrupted);
                        }
                    });
            Thread caller = Thread.currentThread();
            Thread other = new Thread(() -> {
                awaitWhateverComes(second);
                caller.interrupt();
                interrupted.countDown();
            });
            other.start();
            ssc.runBatches(4);
            assertThat(Thread.interrupted()).isTrue();
            other.join();
            assertThat(seen).containsExactly(List.of(1), List.of(2));
            assertThat(log.messages())
                    .anyMatch(line -> line.endsWith(" begins no further batch, because the thread that runs its batches"
                            + " was interrupted; another call goes on"));
            ssc.runBatches(2);
            assertThat(Thread.interrupted()).isFalse();
            assertThat(seen).hasSize(4);
        }
    }

    /** The thread of the caller waits for a task that another thread runs. */
    @Test
    void shouldFinishTheBatchWhoseHelperItWaitsFor() throws Exception {
        Thread caller = Thread.currentThread();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread other = new Thread(() -> {
            awaitWhateverComes(begun);
            while (caller.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            caller.interrupt();
            interrupted.countDown();
        });
        other.start();
        List<List<Integer>> seen = new ArrayList<>();
        try (StreamingContext ssc = Programs.local(new MillraceConf())) {
            Queue<RDD<Integer>> queue = new ArrayDeque<>();
            queue.add(ssc.millraceContext().parallelize(List.of(1, 2, 3), 3));
            queue.add(ssc.millraceContext().parallelize(List.of(4), 1));
            ssc.queueStream(queue)
                    .map(n -> {
                        for (long since = System.nanoTime(); n == 1 && System.nanoTime() - since < 1_000_000; ) {
                            Thread.onSpinWait(); // so that the others are worth a helper
                        }
                        if (n == 2 || n == 3) {
                            if (Thread.currentThread() != caller) {
                                begun.countDown();
                                awaitWhateverComes(interrupted);
                            }
                            awaitWhateverComes(begun);
                        }
                        return n;
                    })
                    .foreachRDD(rdd -> {
                        seen.add(rdd.collect());
                    });
            ssc.runBatches(2);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(seen).containsExactly(List.of(1, 2, 3));
            assertThat(ssc.failure()).isEmpty();
        }
        other.join();
    }

    @Test
    void shouldNotTakeTheInterruptOfAStopForItsOwn() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Queue<RDD<Integer>> queue = new ArrayDeque<>();
        StreamingContext ssc = Programs.local(new MillraceConf());
        queue.add(ssc.millraceContext().parallelize(List.of(1), 1));
        ssc.queueStream(queue)
                .map(n -> {
                    begun.countDown();
                    new CountDownLatch(1).await();
                    return n;
                })
                .foreachRDD(rdd -> {
                    rdd.count();
                });
        FutureTask<StopResult> stop = new FutureTask<>(() -> {
            begun.await();
            return ssc.stop(Duration.ZERO);
        });
        new Thread(stop).start();
        ssc.runBatches(1);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(stop.get()).isEqualTo(StopResult.ROLLED_BACK);
    }

    @Test
    void shouldFailWithTheFunctionThatWasInterruptedAndKeepTheInterrupt() {
        try (StreamingContext ssc = Programs.local(new MillraceConf().set("millrace.task.maxAttempts", "1"))) {
            Queue<RDD<Integer>> queue = new ArrayDeque<>();
            queue.add(ssc.millraceContext().parallelize(List.of(1), 1));
            ssc.queueStream(queue)
                    .map(n -> {
                        Thread.currentThread().interrupt(); // as somebody else may do
                        if (Thread.interrupted()) { // as a sleep does that meets it
                            throw new InterruptedException("sleep interrupted");
                        }
                        return n;
                    })
                    .foreachRDD(rdd -> {
                        rdd.count();
                    });
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessageContaining(" was interrupted: java.lang.InterruptedException: sleep interrupted\n");
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** As code that cannot give up, and passes the interrupt on. */
    private static void awaitWhateverComes(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldRefuseLessThanNoBatch() {
        try (StreamingContext ssc = Programs.local(new MillraceConf())) {
            Programs.batches(ssc, List.of(1)).print();
            assertThatThrownBy(() -> ssc.runBatches(-1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("runBatches(-1) asks for less than no batch; pass the number of batches to run");
            assertThat(ssc.getState()).isEqualTo(StreamingContextState.CREATED);
        }
    }

    @Test
    void shouldSayTheKindOfAnErrorThatSaysNothing() {
        try (StreamingContext ssc = Programs.local()) {
            Programs.batches(ssc, List.of(1))
                    .to(new StagedOutput<Integer>() {
                        @Override
                        public String stage(OutputBatch batch, int partition, int attempt, Iterator<Integer> records)
                                throws IOException {
                            throw new IOException();
                        }

                        @Override
                        public void publish(OutputBatch batch, List<String> parts) {}

                        @Override
                        public void discard(OutputBatch batch) {}

                        @Override
                        public List<OutputBatch> receipts(String outputName, BatchTime after) {
                            return List.of();
                        }
                    })
                    .named("silent");
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessageContaining(" cannot stage a part of batch 1000 ms: java.io.IOException; make what");
        }
    }
}
