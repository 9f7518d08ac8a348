/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.error.BatchFailedException;
import dev.millrace.error.CancelledException;
import dev.millrace.error.MillraceException;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.StreamingContextState;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.ReceiverInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stops of programs with receivers, in real time. */
@Timeout(60)
class StopTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(10);
    private static final String REFUSED = "stop() was called on a thread that it would wait for; call it from another"
            + " thread than those of outputs, tasks, transform functions and listeners";

    @TempDir
    private Path directory;

    private final ByHand<Object> receiver = new ByHand<>();
    private final List<Object> received = Collections.synchronizedList(new ArrayList<>());
    private Set<Thread> before = Set.of();

    @BeforeEach
    void remember() {
        before = threads();
    }

    @AfterEach
    void mustLeaveNoThread() throws InterruptedException {
        for (Thread thread : threads()) {
            if (!before.contains(thread)) {
                thread.join(15_000);
                assertThat(thread.isAlive()).as("%s goes on", thread.getName()).isFalse();
            }
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("millrace-"))
                .collect(Collectors.toSet());
    }

    /** What is done with a batch. */
    private interface Work {
        void run() throws Exception;
    }

    private StreamingContext started(Duration interval, Receiver<Object> from, Work work, String... settings)
            throws InterruptedException {
        MillraceConf conf = new MillraceConf().setMaster("local[2]");
        for (int i = 0; i < settings.length; i += 2) {
            conf.set(settings[i], settings[i + 1]);
        }
        StreamingContext ssc = new StreamingContext(conf, interval);
        ssc.checkpoint(directory.toString());
        DStream<Object> records = ssc.receiverStream(from).named("numbers");
        records.foreachRDD("received", rdd -> {
            List<Object> all = rdd.collect();
            if (!all.isEmpty()) {
                work.run();
            }
            received.addAll(all);
        });
        ssc.start();
        return ssc;
    }

    /** What is there for the next run of the program. */
    private List<Object> left(Duration interval) throws InterruptedException {
        received.clear();
        StreamingContext ssc = started(interval, new ByHand<>(), () -> {});
        assertThat(ssc.stop(LONG)).isEqualTo(StopResult.FINISHED);
        return List.copyOf(received);
    }

    @Test
    void shouldEndReceiversFirstAndGiveWhatTheyStoredALastBatch() throws Exception {
        StreamingContext ssc = started(HOUR, receiver, () -> receiver.tell("batch"));
        assertThat(receiver.event()).isEqualTo("start");
        receiver.store("a");
        receiver.store("b");
        assertThat(ssc.stop(LONG)).isEqualTo(StopResult.FINISHED);
        assertThat(received).containsExactly("a", "b");
        assertThat(receiver.event()).isEqualTo("stop");
        assertThat(receiver.event()).isEqualTo("batch");
        assertThat(ssc.getState()).isEqualTo(StreamingContextState.STOPPED);
        assertThat(ssc.stop(Duration.ZERO)).isEqualTo(StopResult.FINISHED); // once more does no harm
        assertThat(left(HOUR)).isEmpty();
    }

    @Test
    void shouldRollBackWhatIsLeftAtTheDeadlineAndHaveItAtTheNextStart() throws Exception {
        StreamingContext ssc = started(SHORT, receiver, () -> {
            receiver.tell("batch");
            new CountDownLatch(1).await();
        });
        assertThat(receiver.event()).isEqualTo("start");
        receiver.store("a");
        assertThat(receiver.event()).isEqualTo("batch");
        receiver.store("b");
        assertThat(ssc.stop(Duration.ofMillis(50))).isEqualTo(StopResult.ROLLED_BACK);
        assertThat(received).isEmpty();
        assertThat(left(SHORT)).containsExactly("a", "b");
    }

    @Test
    void shouldKeepWhatIsStoredWhenItStopsAtOnce() throws Exception {
        StreamingContext ssc = started(HOUR, receiver, () -> {});
        assertThat(receiver.event()).isEqualTo("start");
        receiver.store("a");
        ssc.stop();
        assertThat(receiver.event()).isEqualTo("stop");
        assertThat(received).isEmpty();
        assertThat(left(HOUR)).containsExactly("a");
    }

    @Test
    void shouldGiveEverySimultaneousStopTheSameEnd() throws Exception {
        StreamingContext ssc = started(SHORT, receiver, () -> {});
        assertThat(receiver.event()).isEqualTo("start");
        receiver.store("a");
        List<FutureTask<StopResult>> stops = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            FutureTask<StopResult> stop = new FutureTask<>(() -> ssc.stop(LONG));
            stops.add(stop);
            new Thread(stop).start();
        }
        for (FutureTask<StopResult> stop : stops) {
            assertThat(stop.get(50, TimeUnit.SECONDS)).isEqualTo(StopResult.FINISHED);
        }
        assertThat(received).containsExactly("a");
    }

    @Test
    void shouldWakeStoresThatWait() throws Exception {
        StreamingContext ssc = started(HOUR, receiver, () -> {}, "millrace.streaming.receiver.maxPendingBytes", "1");
        assertThat(receiver.event()).isEqualTo("start");
        receiver.store(List.of("a"));
        List<FutureTask<Void>> stores = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            FutureTask<Void> store = new FutureTask<>(() -> receiver.store("more"), null);
            stores.add(store);
            Thread thread = new Thread(store);
            thread.start();
            StoreTest.awaitWaiting(thread);
        }
        assertThat(ssc.stop(LONG)).isEqualTo(StopResult.FINISHED);
        for (FutureTask<Void> store : stores) {
            assertThatThrownBy(() -> store.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(CancelledException.class);
        }
        assertThat(received).containsExactly("a");
    }

    @Test
    void shouldRefuseToStopInsideListeners() throws Exception {
        List<String> refused = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch both = new CountDownLatch(2);
        StreamingContext ssc = started(SHORT, receiver, () -> {});
        ssc.addStreamingListener(new StreamingListener() {
            private void stop() {
                try {
                    ssc.stop(LONG);
                } catch (IllegalStateException e) {
                    refused.add(e.getMessage());
                }
                both.countDown();
            }

            @Override
            public void onReceiverError(ReceiverInfo info) {
                stop();
            }

            @Override
            public void onBatchCompleted(BatchInfo batch) {
                stop();
            }
        });
        assertThat(receiver.event()).isEqualTo("start");
        new Thread(() -> receiver.reportError("a problem", new IllegalStateException())).start();
        assertThat(both.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ssc.getState()).isEqualTo(StreamingContextState.ACTIVE);
        ssc.close();
        assertThat(refused).isNotEmpty().containsOnly(REFUSED);
    }

    @Test
    void shouldKeepWhatIsStoredWhenABatchFailsAndTellWhy() throws Exception {
        StreamingContext ssc = started(SHORT, receiver, () -> {
            throw new IllegalArgumentException("no a");
        });
        assertThat(receiver.event()).isEqualTo("start");
        receiver.store("a");
        assertThatThrownBy(ssc::awaitTermination)
                .isInstanceOf(BatchFailedException.class)
                .hasMessageContaining("no a");
        assertThat(receiver.event()).isEqualTo("stop");
        assertThat(ssc.failure()).isPresent();
        assertThatThrownBy(() -> receiver.store("b")).isInstanceOf(CancelledException.class);
        ssc.close();
        assertThat(left(SHORT)).containsExactly("a");
    }

    /** A type that no program declares. */
    private record Undeclared(int number) {}

    @Test
    void shouldTellWhenWhatWasStoredLastCannotBeKept() throws Exception {
        StreamingContext ssc = started(HOUR, receiver, () -> {}, "millrace.streaming.blockInterval", "1h");
        assertThat(receiver.event()).isEqualTo("start");
        receiver.store((Object) List.of("b"));
        receiver.store((Object) List.of(new Undeclared(1)));
        ssc.stop(Duration.ZERO);
        assertThat(ssc.failure().orElseThrow())
                .isInstanceOf(MillraceException.class)
                .hasMessageMatching(
                        "the context could not be closed: what numbers \\(receiverStream at StopTest.java:\\d+\\)"
                                + " received cannot be kept: the record \\[Undeclared\\[number=1\\]\\]: a value of type"
                                + " dev.millrace.streaming.receiver.StopTest.Undeclared"
                                + " cannot be stored or sent: the type is not declared; declare it:"
                                + " registerTypes\\(Undeclared.class\\)");
        assertThatThrownBy(ssc::awaitTermination).isSameAs(ssc.failure().orElseThrow());
    }

    @Test
    @Tag("full")
    void shouldNotWaitLongForAnOnStopThatHangs() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        ByHand<Object> hanging = new ByHand<>() {
            @Override
            public void onStop() {
                try {
                    hangs.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        StreamingContext ssc = started(HOUR, hanging, () -> {});
        assertThat(hanging.event()).isEqualTo("start");
        hanging.store("a");
        long begin = System.nanoTime();
        assertThat(ssc.stop(Duration.ofMillis(100))).isEqualTo(StopResult.ROLLED_BACK);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
        hangs.countDown();
        assertThat(left(HOUR)).containsExactly("a");
    }

    /** The deadline was forgotten, and the stop waited for the output for ever. */
    @Test
    void shouldKeepToTheDeadlineWhenABatchCannotBePlannedMeanwhile() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch rolledBack = new CountDownLatch(1);
        CountDownLatch ending = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        StreamingContext ssc = new StreamingContext(
                new MillraceConf().setMaster("local[1]"), // at a shorter interval ticks wait while one batch hangs
                Durations.milliseconds(500));
        ssc.receiverStream(new Receiver<Integer>(StorageLevel.MEMORY_ONLY()) {
                    @Override
                    protected void run() throws InterruptedException {
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            ending.countDown();
                            mayEnd.await();
                        }
                    }
                })
                .foreachRDD(rdd -> {});
        ssc.queueStream(new ArrayDeque<RDD<Integer>>() {
                    private static final long serialVersionUID = 1;

                    @Override
                    public RDD<Integer> poll() {
                        if (ending.getCount() == 0) {
                            throw new IllegalStateException("no more");
                        }
                        return null;
                    }
                })
                .foreachRDD(rdd -> {
                    hanging.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        rolledBack.countDown();
                    }
                });
        ssc.start();
        assertThat(hanging.await(20, TimeUnit.SECONDS)).isTrue();
        FutureTask<StopResult> stop =
                new FutureTask<>(() -> ssc.stop(Duration.ofSeconds(3))); // time for ticks while it ends
        new Thread(stop).start();
        try {
            assertThat(rolledBack.await(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            mayEnd.countDown();
        }
        assertThat(stop.get(20, TimeUnit.SECONDS)).isEqualTo(StopResult.ROLLED_BACK);
        assertThat(ssc.failure())
                .hasValueSatisfying(
                        failure -> assertThat(failure).hasMessageContaining("its input could not be planned"));
    }
}
