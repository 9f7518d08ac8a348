/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.millrace.CapturedLog;
import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.spi.InputSlice;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.PartitionedSource;
import dev.millrace.spi.Source;
import dev.millrace.spi.StagedOutput;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import dev.millrace.streaming.receiver.Receiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stop of programs whose code ignores every interrupt, and the next life of the same program beside what was left behind. */
class StuckCodeTest {
    private static final int RECORDS = 12;
    private static final Duration DEADLINE = Duration.ofMillis(50);
    private static final Duration NOT_FOR_EVER = Duration.ofSeconds(60);

    @TempDir
    private Path root;

    private final MemoryTable table = new MemoryTable() {
        @Override
        public synchronized void write(OutputBatch batch, Iterator<Object> records) {
            super.write(batch, records);
        }
    };

    /** Code of a program that hangs at one place until the test lets go, and has been reached then. */
    private static final class Trap {
        private final String place;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        Trap(String place) {
            this.place = place;
        }

        void pass(String here) {
            if (here.equals(place)) {
                reached.countDown();
                while (released.getCount() > 0) {
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        // it hangs
                    }
                }
            }
        }
    }

    private static final Trap NONE = new Trap("nowhere");

    /** The numbers from 1, three a batch. */
    private record Numbers(Trap trap) implements Source<Integer> {
        @Override
        public String description() {
            return "numbers";
        }

        @Override
        public Cursor<Integer> open(@Nullable Map<Object, Object> position) {
            return new Cursor<>() {
                private int next = position == null ? 1 : (Integer) position.getOrDefault("next", 1);

                @Override
                public InputSlice next(BatchTime batch) {
                    trap.pass("next");
                    if (next > RECORDS) {
                        return InputSlice.EMPTY;
                    }
                    int first = next;
                    next += 3;
                    return new InputSlice(3, "from " + first, List.of(first), Map.of("next", next));
                }

                @Override
                public PartitionedSource<Integer> read(InputSlice slice) {
                    return new Three((Integer) slice.content().get(0), trap);
                }

                @Override
                public void close() {
                    trap.pass("close");
                }
            };
        }
    }

    private record Three(int first, Trap trap) implements PartitionedSource<Integer> {
        @Override
        public int partitions() {
            return 1;
        }

        @Override
        public Iterator<Integer> read(int partition) {
            trap.pass("read");
            return IntStream.range(first, first + 3).iterator();
        }
    }

    /** Text files, with code before each call. */
    private record Watched(StagedOutput<Object> files, Trap trap) implements StagedOutput<Object> {
        @Override
        public @Nullable String stage(OutputBatch batch, int partition, int attempt, Iterator<Object> records)
                throws Exception {
            trap.pass("stage");
            return files.stage(batch, partition, attempt, records);
        }

        @Override
        public void publish(OutputBatch batch, List<String> parts) throws Exception {
            trap.pass("publish");
            files.publish(batch, parts);
            trap.pass("published");
        }

        @Override
        public void discard(OutputBatch batch) throws Exception {
            trap.pass("discard");
            files.discard(batch);
        }

        @Override
        public void retract(OutputBatch batch) throws Exception {
            files.retract(batch);
        }

        @Override
        public List<OutputBatch> receipts(String outputName, BatchTime after) throws Exception {
            return files.receipts(outputName, after);
        }
    }

    private StreamingContext program(Trap trap) {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.streaming.stopGrace", "100ms")
                .set("millrace.streaming.stopGracefullyOnShutdown", "false");
        StreamingContext ssc = new StreamingContext(conf, Duration.ofMillis(10));
        ssc.checkpoint(root.resolve("checkpoint").toString());
        DStream<Integer> numbers = ssc.from(new Numbers(trap)).named("numbers").map(number -> {
            trap.pass("map");
            return number;
        });
        DStream<Tuple2<String, Long>> sums = numbers.mapToPair(number -> new Tuple2<>("all", (long) number))
                .reduceByKey((a, b) -> {
                    trap.pass("reduce");
                    return a + b;
                })
                .mapWithState(StateType.of("sums", Long.class), (time, key, value, state) -> {
                    trap.pass("state");
                    state.update(value.orElseThrow() + (state.exists() ? state.get() : 0L));
                    return Optional.of(new Tuple2<>(key, state.get()));
                });
        sums.transform(rdd -> {
                    trap.pass("transform");
                    return rdd;
                })
                .to(new Watched(StreamingContext.textFiles(root.resolve("sums").toString()), trap))
                .named("sums");
        numbers.map(number -> {
                    return (Object) number;
                })
                .to(new MemoryTableWithTrap(table, trap))
                .named("numbers");
        numbers.foreachRDD("each", rdd -> {
            trap.pass("foreach");
            rdd.count();
        });
        ssc.addStreamingListener(new StreamingListener() {
            @Override
            public void onBatchStarted(BatchInfo batch) {
                trap.pass("listener");
            }
        });
        return ssc;
    }

    private record MemoryTableWithTrap(MemoryTable table, Trap trap)
            implements dev.millrace.spi.TransactionalOutput<Object> {
        @Override
        public boolean isPublished(OutputBatch batch) {
            return table.isPublished(batch);
        }

        @Override
        public List<OutputBatch> receipts(String outputName, BatchTime after) throws IOException {
            return table.receipts(outputName, after);
        }

        @Override
        public void write(OutputBatch batch, Iterator<Object> records) {
            trap.pass("write");
            table.write(batch, records);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "map, ROLLED_BACK",
        "reduce, ROLLED_BACK",
        "state, ROLLED_BACK",
        "transform, ROLLED_BACK",
        "foreach, ROLLED_BACK",
        "read, ROLLED_BACK",
        "stage, ROLLED_BACK",
        "discard, ROLLED_BACK",
        "publish, DECIDED",
        "published, DECIDED",
        "write, DECIDED",
        "next, FINISHED",
        "close, ANY", // a batch may be under way, or none
    })
    void shouldStopByItsDeadlineAndBeExactInTheNextLife(String place, String expected) throws Exception {
        Set<Thread> others = threads();
        Trap trap = new Trap(place);
        StreamingContext first = program(trap);
        first.start();
        if (!place.equals("close")) {
            trap.reached.await();
        }
        StopResult result = assertTimeoutPreemptively(NOT_FOR_EVER, () -> first.stop(DEADLINE));
        assertThat(expected.equals("ANY") ? "ANY" : result.name()).isEqualTo(expected);
        assertThat(first.getState()).isEqualTo(StreamingContextState.STOPPED);
        assertThat(first.awaitTerminationOrTimeout(0)).isTrue();
        // A batch that ends behind the deadline keeps the source open until after the stop.
        assertTimeoutPreemptively(NOT_FOR_EVER, () -> trap.reached.await());

        StreamingContext second = program(NONE);
        assertTimeoutPreemptively(NOT_FOR_EVER, second::start);
        Set<Thread> left = threads(); // those of both lives
        left.removeAll(others);
        trap.released.countDown();
        awaitEnd(second);
        assertThat(second.stop(Duration.ofSeconds(30))).isEqualTo(StopResult.FINISHED);
        for (Thread thread : left) {
            thread.join(NOT_FOR_EVER.toMillis());
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
        assertThat(table.rows()).hasSize(RECORDS).doesNotHaveDuplicates();
        assertThat(lines()).hasSize(RECORDS / 3).contains("(all," + RECORDS * (RECORDS + 1) / 2 + ")");
    }

    /** An error was told of a program that nobody ran any more, and just after the stop it was what the stop came to. */
    @Test
    void shouldNotFailWhenWhatWasLeftBehindEnds() throws Exception {
        Set<Thread> others = threads();
        try (CapturedLog log = new CapturedLog("dev.millrace.streaming")) {
            Trap trap = new Trap("publish");
            StreamingContext ssc = program(trap);
            ssc.start();
            trap.reached.await();
            assertThat(ssc.stop(DEADLINE)).isEqualTo(StopResult.DECIDED);
            Set<Thread> left = threads();
            left.removeAll(others);
            trap.released.countDown();
            for (Thread thread : left) {
                thread.join();
            }
            assertThat(ssc.failure()).isEmpty();
            assertThat(ssc.stop(DEADLINE)).isEqualTo(StopResult.DECIDED);
            assertThat(log.lines()).noneMatch(line -> line.contains("ends by itself"));
        }
    }

    @Test
    void shouldLeaveAStartBehindThatPublishesForEver() throws Exception {
        Trap before = new Trap("publish");
        StreamingContext decided = program(before);
        decided.start();
        before.reached.await();
        assertThat(assertTimeoutPreemptively(NOT_FOR_EVER, () -> decided.stop(DEADLINE)))
                .isEqualTo(StopResult.DECIDED);
        Trap trap = new Trap("publish");
        StreamingContext first = program(trap);
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        Thread starting = new Thread(first::start);
        starting.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
        starting.start();
        trap.reached.await();
        assertThat(first.getState()).isEqualTo(StreamingContextState.CREATED);
        assertThat(assertTimeoutPreemptively(NOT_FOR_EVER, () -> first.stop(DEADLINE)))
                .isEqualTo(StopResult.ROLLED_BACK);
        try (StreamingContext second = program(NONE)) {
            second.runBatches(1);
            trap.released.countDown();
            before.released.countDown();
            starting.join();
            second.runBatches(RECORDS);
        }
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0)).hasMessageContaining("given up the checkpoint");
        assertThat(table.rows()).hasSize(RECORDS).doesNotHaveDuplicates();
    }

    @Test
    void shouldStopByItsDeadlineWhenAListenerHangs() throws Exception {
        Trap trap = new Trap("listener");
        StreamingContext ssc = program(trap);
        ssc.start();
        trap.reached.await();
        assertTimeoutPreemptively(NOT_FOR_EVER, () -> ssc.stop(DEADLINE));
        trap.released.countDown();
    }

    private static final class Confirming extends Receiver<Integer> {
        private final Trap trap;

        Confirming(Trap trap) {
            super(StorageLevel.MEMORY_AND_DISK_SER());
            this.trap = trap;
        }

        @Override
        public void onStart() {
            store(List.of(1).iterator(), 1);
        }

        @Override
        public void onStop() {}

        @Override
        protected void onDurable(Object position) {
            trap.pass("durable");
        }
    }

    private StreamingContext confirming(Trap trap, String grace) {
        StreamingContext ssc = new StreamingContext(
                new MillraceConf().setMaster("local[2]").set("millrace.streaming.stopGrace", grace),
                Duration.ofMillis(10));
        ssc.checkpoint(root.resolve("checkpoint").toString());
        ssc.receiverStream(new Confirming(trap)).named("orders").foreachRDD("each", rdd -> {});
        return ssc;
    }

    @Test
    void shouldNameTheReceiverWhoseOnDurableHangs() throws Exception {
        Trap trap = new Trap("durable");
        try (CapturedLog log = new CapturedLog("dev.millrace.streaming")) {
            StreamingContext ssc = confirming(trap, "100ms");
            ssc.start();
            trap.reached.await();
            assertTimeoutPreemptively(NOT_FOR_EVER, () -> ssc.stop(DEADLINE));
            assertThat(log.lines())
                    .anySatisfy(line -> assertThat(line)
                            .contains("Thread millrace-receiver-orders-durable is at")
                            .contains("StuckCodeTest$Confirming.onDurable("));
        } finally {
            trap.released.countDown();
        }
    }

    /** The stop does not wait for the news that a receiver hears, so it ends in time; but it says who goes on. */
    @Test
    void shouldWarnOfAReceiverWhoseOnDurableHangsWhenThereIsTimeToWait() throws Exception {
        Trap trap = new Trap("durable");
        try (CapturedLog log = new CapturedLog("dev.millrace.streaming.receiver")) {
            StreamingContext ssc = confirming(trap, "5s");
            ssc.start();
            trap.reached.await();
            assertThat(assertTimeoutPreemptively(NOT_FOR_EVER, () -> ssc.stop(Duration.ofSeconds(30))))
                    .isEqualTo(StopResult.FINISHED);
            assertThat(log.lines())
                    .containsExactly(
                            "WARNING receiver \"orders\" does not return from onDurable(); it is left behind there");
        } finally {
            trap.released.countDown();
        }
    }

    /** The caller had an exception of the checkpoint that was given up when the batch was decided, and none otherwise. */
    @ParameterizedTest
    @CsvSource({"map, ROLLED_BACK", "stage, ROLLED_BACK", "publish, DECIDED", "write, DECIDED", "next, FINISHED"})
    void shouldReturnFromAStopOfVirtualTimeAndFromTheBatches(String place, StopResult expected) throws Exception {
        Trap trap = new Trap(place);
        StreamingContext ssc = program(trap);
        FutureTask<Void> batches = new FutureTask<>(() -> ssc.runBatches(20), null);
        new Thread(batches).start();
        trap.reached.await();
        assertThat(assertTimeoutPreemptively(NOT_FOR_EVER, () -> ssc.stop(DEADLINE)))
                .isEqualTo(expected);
        try (StreamingContext second = program(NONE)) {
            second.runBatches(0);
            trap.released.countDown();
            batches.get();
            assertThat(ssc.failure()).isEmpty();
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "runBatches() on a context that is stopped; make a new StreamingContext, a stopped one is"
                                    + " not reused");
            second.runBatches(RECORDS);
        }
        for (Thread thread : listening()) {
            thread.join(NOT_FOR_EVER.toMillis());
            assertThat(thread.isAlive()).isFalse();
        }
        assertThat(table.rows()).hasSize(RECORDS).doesNotHaveDuplicates();
    }

    /** The thread that stopped closed the source, and was held by it for ever. */
    @Test
    void shouldReturnFromAStopOfVirtualTimeWhoseSourceHangsAsItIsClosed() throws Exception {
        Trap trap = new Trap("close");
        StreamingContext ssc = program(trap);
        CountDownLatch running = new CountDownLatch(1);
        ssc.addStreamingListener(new StreamingListener() {
            @Override
            public void onBatchCompleted(BatchInfo batch) {
                running.countDown();
            }
        });
        Thread caller = new Thread(() -> ssc.runBatches(Integer.MAX_VALUE));
        caller.start();
        running.await();
        StopResult result = assertTimeoutPreemptively(NOT_FOR_EVER, () -> ssc.stop(DEADLINE));
        assertThat(result).isIn(StopResult.FINISHED, StopResult.ROLLED_BACK); // the last batch may have been too slow
        assertThat(ssc.getState()).isEqualTo(StreamingContextState.STOPPED);
        trap.reached.await();
        trap.released.countDown();
        caller.join(NOT_FOR_EVER.toMillis());
        assertThat(caller.isAlive()).isFalse();
        try (StreamingContext second = program(NONE)) {
            second.runBatches(RECORDS);
        }
        assertThat(table.rows()).hasSize(RECORDS).doesNotHaveDuplicates();
    }

    private static List<Thread> listening() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("millrace-listeners"))
                .toList();
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("millrace-(driver|batch|compute).*"))
                .collect(java.util.stream.Collectors.toSet());
    }

    private void awaitEnd(StreamingContext ssc) throws Exception {
        CountDownLatch all = new CountDownLatch(1);
        ssc.addStreamingListener(new StreamingListener() {
            @Override
            public void onBatchCompleted(BatchInfo batch) {
                if (table.rows().size() >= RECORDS) {
                    all.countDown();
                }
            }
        });
        all.await();
    }

    private List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root.resolve("sums"))) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("part-"))
                    .filter(path -> !path.toString().contains(".staging"))
                    .toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        return lines;
    }
}
