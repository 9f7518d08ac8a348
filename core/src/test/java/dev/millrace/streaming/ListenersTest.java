/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.CapturedLog;
import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.OutputOperationInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Listeners hear all, and harm nothing. */
class ListenersTest {
    private static final int BATCHES = 40;

    /** A program in real time whose batches are counted. */
    private static StreamingContext counting(CountDownLatch batches) {
        StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.milliseconds(10));
        ssc.queueStream(new ConcurrentLinkedQueue<RDD<Integer>>()).foreachRDD(rdd -> batches.countDown());
        return ssc;
    }

    @Test
    void shouldDelayNoTickAndNoStopWhenAListenerNeverReturns() throws Exception {
        CountDownLatch batches = new CountDownLatch(BATCHES);
        CountDownLatch never = new CountDownLatch(1);
        CapturedLog log = new CapturedLog("dev.millrace.streaming.listener");
        StreamingContext ssc = counting(batches);
        ssc.addStreamingListener(new StreamingListener() {
            @Override
            public void onBatchStarted(BatchInfo batch) {
                while (true) {
                    try {
                        never.await();
                        return;
                    } catch (InterruptedException e) {
                        // it does not listen to that either
                    }
                }
            }
        });
        ssc.start();
        assertThat(batches.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ssc.stop(Duration.ofMillis(1500))).isEqualTo(StopResult.FINISHED);
        never.countDown();
        log.close();
        assertThat(log.messages()).singleElement().asString().contains("ListenersTest");
    }

    @Test
    void shouldGoOnWhenAListenerThrowsOrInterruptsWhomItCan() throws Exception {
        CountDownLatch batches = new CountDownLatch(BATCHES);
        AtomicReference<Thread> driver = new AtomicReference<>();
        AtomicReference<Thread> batch = new AtomicReference<>();
        CapturedLog log = new CapturedLog("dev.millrace.streaming.listener");
        StreamingContext ssc = counting(batches);
        ssc.addStreamingListener(new StreamingListener() {
            @Override
            public void onBatchSubmitted(BatchInfo submitted) {
                Thread.currentThread().interrupt();
                throw new AssertionError("a listener's own trouble");
            }

            @Override
            public void onBatchCompleted(BatchInfo completed) {
                interrupt(driver.get());
                batch.set(Thread.currentThread());
            }
        });
        ssc.from(new Threaded(driver)).foreachRDD(rdd -> {});
        ssc.start();
        assertThat(batches.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ssc.stop(Duration.ofSeconds(20))).isEqualTo(StopResult.FINISHED);
        log.close();
        assertThat(driver.get().getName()).isEqualTo("millrace-driver");
        assertThat(batch.get().getName()).isEqualTo("millrace-listeners");
        assertThat(log.messages()).isNotEmpty().containsOnly("a streaming listener failed");
    }

    private static void interrupt(Thread thread) {
        if (thread != null) {
            thread.interrupt();
        }
    }

    /** An empty source that notes on which thread it is asked, and leaves that interrupted. */
    private record Threaded(AtomicReference<Thread> driver)
            implements dev.millrace.spi.Source<Integer>, dev.millrace.spi.Source.Cursor<Integer> {
        @Override
        public String description() {
            return "nothing";
        }

        @Override
        public Threaded open(java.util.Map<Object, Object> position) {
            return this;
        }

        @Override
        public dev.millrace.spi.InputSlice next(BatchTime time) {
            driver.set(Thread.currentThread());
            Thread.currentThread().interrupt();
            return dev.millrace.spi.InputSlice.EMPTY;
        }

        @Override
        public dev.millrace.spi.PartitionedSource<Integer> read(dev.millrace.spi.InputSlice slice) {
            throw new IllegalStateException("it has no slices");
        }

        @Override
        public void close() {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldHaveToldAllWhenVirtualBatchesHaveRun() {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        try (StreamingContext ssc = Programs.local()) {
            DStream<Integer> numbers = Programs.batches(ssc, List.of(1, 2, 3), List.of(4));
            numbers.foreachRDD(rdd -> rdd.count()).named("a");
            numbers.foreachRDD(rdd -> rdd.count()).named("b");
            ssc.addStreamingListener(new StreamingListener() {
                @Override
                public void onBatchSubmitted(BatchInfo batch) {
                    heard.add("submitted " + batch.batchTime() + delays(batch));
                }

                @Override
                public void onBatchStarted(BatchInfo batch) {
                    heard.add("started " + batch.processingDelay().isZero());
                }

                @Override
                public void onOutputOperationStarted(OutputOperationInfo output) {
                    heard.add("begins " + output.name() + output.duration() + output.endTime());
                }

                @Override
                public void onOutputOperationCompleted(OutputOperationInfo output) {
                    heard.add("ends " + output.name() + output.failureReason());
                }

                @Override
                public void onBatchCompleted(BatchInfo batch) {
                    heard.add("completed " + batch.outputs().size());
                }
            });
            for (int batch = 1; batch <= 2; batch++) {
                heard.clear();
                ssc.runBatches(1);
                String time = batch + "000 ms";
                assertThat(heard)
                        .containsExactly(
                                "submitted " + time + " PT0S PT0S",
                                "started true",
                                "begins aPT0S-1",
                                "ends a",
                                "begins bPT0S-1",
                                "ends b",
                                "completed 2");
            }
        }
    }

    private static String delays(BatchInfo batch) {
        return " " + batch.schedulingDelay() + " " + batch.processingDelay();
    }

    @Test
    void shouldEndVirtualTimeFromAnotherThreadWhileAListenerNeverReturns() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        CapturedLog log = new CapturedLog("dev.millrace.streaming.listener");
        StreamingContext ssc = Programs.local();
        Programs.batches(ssc, List.of(1)).foreachRDD(rdd -> {});
        ssc.addStreamingListener(new StreamingListener() {
            @Override
            public void onBatchCompleted(BatchInfo batch) {
                told.countDown();
                try {
                    never.await();
                } catch (InterruptedException e) {
                    return;
                }
            }
        });
        Thread other = new Thread(() -> ssc.runBatches(1));
        other.start();
        assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ssc.stop(Duration.ofMillis(1))).isEqualTo(StopResult.FINISHED);
        other.join();
        never.countDown();
        log.close();
        assertThat(ssc.lastBatchTime()).contains(BatchTime.of(1000));
    }
}
