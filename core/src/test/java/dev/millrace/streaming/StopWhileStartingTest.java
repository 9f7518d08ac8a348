/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.SetClock;
import dev.millrace.error.CancelledException;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.spi.InputSlice;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.OutputRun;
import dev.millrace.spi.PartitionedSource;
import dev.millrace.spi.Source;
import dev.millrace.spi.TransactionalOutput;
import dev.millrace.streaming.event.StreamingListener;
import dev.millrace.streaming.receiver.Receiver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start that takes its time, fails or stops itself. */
@Timeout(60)
class StopWhileStartingTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String REFUSED = "stop() was called on a thread that it would wait for; call it from another"
            + " thread than those of outputs, tasks, transform functions and listeners";

    /** An empty source that does something when it is opened. */
    private record Opening(Runnable work) implements Source<Integer> {
        @Override
        public String description() {
            return "nothing";
        }

        @Override
        public Cursor<Integer> open(@Nullable Map<Object, Object> position) {
            work.run();
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
                public void close() {}
            };
        }
    }

    private static StreamingContext context() {
        return new StreamingContext(
                new MillraceConf().setMaster("local[1]").set("millrace.streaming.stopGrace", "50ms"),
                Durations.milliseconds(10));
    }

    private static StreamingContext program(Runnable whenOpened) {
        StreamingContext ssc = context();
        ssc.from(new Opening(whenOpened)).foreachRDD(rdd -> {});
        return ssc;
    }

    /** A start that is in the program's code until it may go on. */
    private static final class SlowStart {
        private final CountDownLatch opens = new CountDownLatch(1);
        private final CountDownLatch mayGoOn = new CountDownLatch(1);
        private final StreamingContext ssc;
        private final FutureTask<Void> start;

        SlowStart() throws InterruptedException {
            this(context());
            begin();
        }

        SlowStart(StreamingContext ssc) {
            this.ssc = ssc;
            start = new FutureTask<>(ssc::start, null);
            ssc.from(new Opening(this::open)).foreachRDD(rdd -> {});
        }

        void begin() throws InterruptedException {
            new Thread(start).start();
            assertThat(opens.await(30, TimeUnit.SECONDS)).isTrue();
        }

        private void open() {
            opens.countDown();
            try {
                mayGoOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        void end() throws Exception {
            mayGoOn.countDown();
            start.get(30, TimeUnit.SECONDS);
        }
    }

    /** An output that waits for its store when it is asked, or when it is opened. */
    private static final class Waiting implements TransactionalOutput<Integer> {
        private final CountDownLatch waits = new CountDownLatch(1);
        private final boolean whenAsked;
        private boolean closed;

        Waiting(boolean whenAsked) {
            this.whenAsked = whenAsked;
        }

        private void await() throws InterruptedException {
            waits.countDown();
            new CountDownLatch(1).await();
        }

        @Override
        public boolean isInterruptible() {
            return true;
        }

        @Override
        public List<OutputBatch> receipts(String outputName, BatchTime after) throws InterruptedException {
            if (whenAsked) {
                await();
            }
            return List.of();
        }

        @Override
        public void open(OutputRun run) throws InterruptedException {
            await();
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public boolean isPublished(OutputBatch batch) {
            throw new AssertionError("nothing was decided");
        }

        @Override
        public void write(OutputBatch batch, Iterator<Integer> records) {
            throw new AssertionError("nothing was decided");
        }

        @Override
        public String toString() {
            return "a store";
        }
    }

    /** The stop waited for the start until its deadline. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldEndAStartAtOnceThatWaitsForAnOutputWhichMayBeInterrupted(boolean whenAsked, @TempDir Path checkpoint)
            throws Exception {
        Waiting output = new Waiting(whenAsked);
        StreamingContext ssc = context();
        ssc.checkpoint(checkpoint.toString());
        ssc.from(new Opening(() -> {})).named("nothing").to(output).named("out");
        FutureTask<Void> start = new FutureTask<>(ssc::start, null);
        new Thread(start).start();
        assertThat(output.waits.await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(ssc.stop(Duration.ofDays(1))).isEqualTo(StopResult.FINISHED);
        assertThatThrownBy(() -> start.get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(CancelledException.class)
                .hasRootCauseMessage(
                        "the start was given up, because the context was stopped while the output \"out\" (a store)"
                                + " was waited for; make a new StreamingContext");
        assertThat(output.closed).isEqualTo(!whenAsked);
        assertThat(ssc.getState()).isEqualTo(StreamingContextState.STOPPED);
    }

    @Test
    void shouldRefuseAStopInsideTheStart() {
        StreamingContext[] program = new StreamingContext[1];
        program[0] = program(() -> assertThatThrownBy(() -> program[0].stop(LONG))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(REFUSED));
        program[0].start();
        assertThat(program[0].getState()).isEqualTo(StreamingContextState.ACTIVE);
        assertThat(program[0].stop(LONG)).isEqualTo(StopResult.FINISHED);
    }

    /** The start was left behind at once. */
    @Test
    void shouldWaitForTheStartThoughTheStopIsInterrupted() throws Exception {
        SlowStart start = new SlowStart();
        FutureTask<String> stop = new FutureTask<>(() -> {
            Thread.currentThread().interrupt();
            return start.ssc.stop(LONG) + (Thread.interrupted() ? " interrupted" : "");
        });
        Thread stopping = new Thread(stop);
        stopping.start();
        awaitWaiting(stopping);
        start.end();
        assertThat(stop.get(30, TimeUnit.SECONDS)).isEqualTo("FINISHED interrupted");
    }

    /** The run had the whole deadline once more, and the grace too. */
    @Test
    void shouldStopByOneDeadlineThoughItBeganInTheStart() throws Exception {
        SetClock clock = new SetClock();
        MillraceConf conf = new MillraceConf().setMaster("local[1]").set("millrace.streaming.stopGrace", "50ms");
        SlowStart start = new SlowStart(ContextsByClock.make(conf, Durations.seconds(1), clock));
        CountDownLatch never = new CountDownLatch(1);
        start.ssc
                .receiverStream(new Receiver<Integer>(StorageLevel.MEMORY_ONLY()) {
                    @Override
                    public void onStop() {
                        awaitUninterruptibly(never);
                    }
                })
                .foreachRDD(rdd -> {});
        start.begin();
        FutureTask<StopResult> stop = new FutureTask<>(() -> start.ssc.stop(LONG));
        Thread stopping = new Thread(stop);
        stopping.start();
        awaitWaiting(stopping);
        clock.pass(LONG.minusMillis(100));
        start.end();
        stop.get(LONG.toSeconds() / 2, TimeUnit.SECONDS);
        never.countDown();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // it hangs
            }
        }
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.isAlive() && thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }

    /** The second stop was told that all was complete. */
    @Test
    void shouldTellEveryStopThatAStartWasLeftBehind() throws Exception {
        SlowStart start = new SlowStart();
        assertThat(start.ssc.stop(Duration.ofMillis(10))).isEqualTo(StopResult.ROLLED_BACK);
        assertThatThrownBy(start::end)
                .hasRootCauseMessage("start() on a context that was stopped meanwhile; make a new StreamingContext");
        assertThat(start.ssc.stop(LONG)).isEqualTo(StopResult.ROLLED_BACK);
    }

    /** The thread of the listeners, which had been told of a receiver, stayed for ever. */
    @Test
    void shouldLeaveNoThreadWhenTheStartFails() throws InterruptedException {
        StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[1]"), Durations.milliseconds(10));
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        ssc.addStreamingListener(new StreamingListener() {});
        ssc.receiverStream(new Receiver<Integer>(StorageLevel.MEMORY_ONLY()) {}).foreachRDD(rdd -> {});
        ssc.from(new Opening(() -> {
                    throw new IllegalArgumentException("not to be opened");
                }))
                .foreachRDD(rdd -> {});
        assertThatThrownBy(ssc::start).hasMessageContaining("not to be opened");
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("millrace-") && !before.contains(thread)) {
                thread.join(30_000);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }
}
