/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Programs;
import dev.millrace.error.CheckpointException;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.spi.InputSlice;
import dev.millrace.spi.PartitionedSource;
import dev.millrace.spi.Source;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import dev.millrace.streaming.receiver.Receiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A context whose start was refused starts when the cause is mended, with all that it was given. */
@Timeout(60)
class RefusedStartTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final List<Integer> seen = new CopyOnWriteArrayList<>();
    private final CountDownLatch heard = new CountDownLatch(1);

    private enum Way {
        START(StreamingContext::start),
        BATCHES(ssc -> ssc.runBatches(1)),
        AVAILABLE(StreamingContext::runAvailable);

        private final java.util.function.Consumer<StreamingContext> starting;

        Way(java.util.function.Consumer<StreamingContext> starting) {
            this.starting = starting;
        }

        void start(StreamingContext ssc) {
            starting.accept(ssc);
        }
    }

    /** Stores one record whenever it starts. */
    private static final class One extends Receiver<Integer> {
        One() {
            super(StorageLevel.MEMORY_ONLY());
        }

        @Override
        public void onStart() {
            store(1);
        }
    }

    /** An empty source whose cursors must be closed once each. */
    private static final class Careful implements Source<Integer> {
        private final AtomicInteger open = new AtomicInteger();

        @Override
        public String description() {
            return "nothing";
        }

        @Override
        public Cursor<Integer> open(@Nullable Map<Object, Object> position) {
            open.incrementAndGet();
            boolean[] closed = new boolean[1];
            return new Cursor<>() {
                @Override
                public InputSlice next(BatchTime batch) {
                    return InputSlice.EMPTY;
                }

                @Override
                public PartitionedSource<Integer> read(InputSlice slice) {
                    throw new AssertionError("nothing was given");
                }

                @Override
                public void close() {
                    assertThat(closed[0]).as("closed before").isFalse();
                    closed[0] = true;
                    open.decrementAndGet();
                }
            };
        }
    }

    private StreamingContext program() {
        return program(new MillraceContext(new MillraceConf().setMaster("local[2]")));
    }

    private StreamingContext program(MillraceContext context) {
        StreamingContext ssc = new StreamingContext(context, Durations.milliseconds(10));
        ssc.checkpoint(directory.resolve("state").toString());
        DStream<Integer> numbers = Programs.batches(ssc, List.of(7)).named("numbers");
        numbers.foreachRDD("seen", rdd -> {
            seen.addAll(rdd.collect());
        });
        return ssc;
    }

    private void hearsOneBatch(StreamingContext ssc) {
        ssc.addStreamingListener(new StreamingListener() {
            @Override
            public void onBatchCompleted(BatchInfo event) {
                heard.countDown();
            }
        });
    }

    private void refused(Way way, StreamingContext ssc, String why) {
        assertThatThrownBy(() -> way.start(ssc)).hasMessageContaining(why).hasNoSuppressedExceptions();
        assertThat(ssc.getState()).isEqualTo(StreamingContextState.CREATED);
    }

    private void startsNow(Way way, StreamingContext ssc) throws InterruptedException {
        way.start(ssc);
        assertThat(heard.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ssc.stop(LONG)).isEqualTo(StopResult.FINISHED);
        assertThat(seen).containsExactly(7);
    }

    @ParameterizedTest
    @EnumSource
    void shouldStartOnceNoOtherProgramHasTheCheckpoint(Way way) throws InterruptedException {
        StreamingContext other = program();
        other.runBatches(0);
        try (StreamingContext ssc = program()) {
            hearsOneBatch(ssc);
            refused(way, ssc, "is in use by");
            refused(way, ssc, "is in use by");
            other.stop();
            startsNow(way, ssc);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldStartOnceItsMillraceContextIsFree(Way way) throws InterruptedException {
        MillraceContext context = new MillraceContext(new MillraceConf().setMaster("local[2]"));
        StreamingContext other = new StreamingContext(context, Durations.seconds(1));
        Programs.batches(other, List.of(1)).foreachRDD(rdd -> {});
        other.runBatches(1);
        StreamingContext ssc = program(context);
        hearsOneBatch(ssc);
        refused(way, ssc, "another StreamingContext is active on this MillraceContext");
        other.stop(false);
        startsNow(way, ssc);
    }

    @ParameterizedTest
    @EnumSource
    void shouldStartOnceItsDirectoryIsOne(Way way) throws Exception {
        Path file = Files.createFile(directory.resolve("state"));
        try (StreamingContext ssc = program()) {
            hearsOneBatch(ssc);
            refused(way, ssc, file.toString());
            Files.delete(file);
            startsNow(way, ssc);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldStartOnceTheCheckpointCanBeRead(Way way) throws Exception {
        try (StreamingContext first = program()) {
            first.runBatches(0);
        }
        Path journal = newestJournal();
        byte[] bytes = Files.readAllBytes(journal);
        Files.write(journal, "something else".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        try (StreamingContext ssc = program()) {
            hearsOneBatch(ssc);
            refused(way, ssc, journal.getFileName().toString());
            Files.write(journal, bytes);
            startsNow(way, ssc);
        }
    }

    private Path newestJournal() throws IOException {
        try (var files = Files.list(directory.resolve("state/journal"))) {
            return files.max(java.util.Comparator.naturalOrder()).orElseThrow();
        }
    }

    @Test
    void shouldStartWithAnotherDirectory() throws Exception {
        try (StreamingContext other = program();
                StreamingContext ssc = program()) {
            other.runBatches(0);
            hearsOneBatch(ssc);
            refused(Way.BATCHES, ssc, "is in use by");
            ssc.checkpoint(directory.resolve("own").toString());
            startsNow(Way.BATCHES, ssc);
        }
    }

    @Test
    void shouldOpenItsInputsAgain() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        Careful careful = new Careful();
        List<String> notThere = new CopyOnWriteArrayList<>(List.of("not there yet"));
        try (StreamingContext ssc = program()) {
            ssc.receiverStream(new One()).named("one").foreachRDD("received", rdd -> {
                if (rdd.count() > 0) {
                    received.countDown();
                }
            });
            ssc.from(careful).named("careful").foreachRDD("nothing", rdd -> {});
            ssc.from(new Late(notThere)).named("late").foreachRDD("late", rdd -> {});
            hearsOneBatch(ssc);
            refused(Way.START, ssc, "not there yet");
            assertThat(careful.open).hasValue(0);
            try (StreamingContext other = program()) {
                other.runBatches(0);
                refused(Way.START, ssc, "is in use by");
            }
            notThere.clear();
            ssc.start();
            assertThat(received.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(ssc.stop(LONG)).isEqualTo(StopResult.FINISHED);
            assertThat(careful.open).hasValue(0);
        }
    }

    /** A source that cannot be opened while something is missing. */
    private record Late(List<String> missing) implements Source<Integer> {
        @Override
        public String description() {
            return "something late";
        }

        @Override
        public Cursor<Integer> open(@Nullable Map<Object, Object> position) {
            if (!missing.isEmpty()) {
                throw new IllegalStateException(missing.get(0));
            }
            return new Careful().open(position);
        }
    }

    @Test
    void shouldStayStoppedWhenAnErrorBrokeTheStart() {
        StreamingContext ssc = program();
        ssc.from(new Source<Integer>() {
                    @Override
                    public String description() {
                        return "broken";
                    }

                    @Override
                    public Cursor<Integer> open(@Nullable Map<Object, Object> position) {
                        throw new NoClassDefFoundError("com/example/Client");
                    }
                })
                .named("broken")
                .foreachRDD("nothing", rdd -> {});
        assertThatThrownBy(ssc::start).isInstanceOf(NoClassDefFoundError.class);
        assertThat(ssc.getState()).isEqualTo(StreamingContextState.STOPPED);
    }

    @Test
    void shouldStopThoughItWasRefused() {
        StreamingContext other = program();
        other.runBatches(0);
        StreamingContext ssc = program();
        assertThatThrownBy(ssc::start).isInstanceOf(CheckpointException.class);
        assertThat(ssc.stop(LONG)).isEqualTo(StopResult.FINISHED);
        assertThat(ssc.getState()).isEqualTo(StreamingContextState.STOPPED);
        other.stop();
        assertThatThrownBy(ssc::start)
                .hasMessage(
                        "start() on a context that is stopped; make a new StreamingContext, a stopped one is not reused");
    }
}
