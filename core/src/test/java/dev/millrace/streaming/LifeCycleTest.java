/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.error.BatchFailedException;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.InputSlice;
import dev.millrace.spi.PartitionedSource;
import dev.millrace.spi.Source;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Start, real time, stop. */
class LifeCycleTest {
    private static StreamingContext everyTenMilliseconds() {
        return new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.milliseconds(10));
    }

    @Test
    void shouldRunBatchesOnAnAlignedGridInRealTime() throws Exception {
        List<Long> times = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch five = new CountDownLatch(5);
        StreamingContext ssc = everyTenMilliseconds();
        ssc.queueStream(new ConcurrentLinkedQueue<RDD<Integer>>()).foreachRDD((rdd, time) -> {
            times.add(time.milliseconds());
            five.countDown();
        });
        ssc.start();
        assertThat(ssc.getState()).isEqualTo(StreamingContextState.ACTIVE);
        assertThat(five.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ssc.stop(Duration.ofSeconds(20))).isEqualTo(StopResult.FINISHED);
        assertThat(ssc.getState()).isEqualTo(StreamingContextState.STOPPED);
        assertThat(times).allMatch(time -> time % 10 == 0).isSorted().doesNotHaveDuplicates();
        assertThat(ssc.awaitTerminationOrTimeout(0)).isTrue();
        assertThat(ssc.stop(Duration.ZERO)).isEqualTo(StopResult.FINISHED);
    }

    @Test
    void shouldRollBackWhenTheDeadlinePasses() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        List<BatchInfo> completed = Collections.synchronizedList(new ArrayList<>());
        StreamingContext ssc = everyTenMilliseconds();
        Programs.batches(ssc, List.of(1, 2))
                .foreachRDD(rdd -> rdd.foreach(n -> {
                    running.countDown();
                    never.await();
                }));
        ssc.addStreamingListener(new StreamingListener() {
            @Override
            public void onBatchCompleted(BatchInfo batch) {
                completed.add(batch);
            }
        });
        ssc.start();
        assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ssc.stop(Duration.ofMillis(20))).isEqualTo(StopResult.ROLLED_BACK);
        assertThat(completed).isEmpty();
        assertThat(ssc.failure()).isEmpty();
    }

    @Test
    void shouldEndARunInVirtualTimeFromAnotherThread() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        StreamingContext ssc = Programs.local();
        Programs.batches(ssc, List.of(1, 2))
                .foreachRDD(rdd -> rdd.foreach(n -> {
                    running.countDown();
                    never.await();
                }));
        Thread other = new Thread(() -> ssc.runBatches(1000));
        other.start();
        assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ssc.stop(Duration.ofMillis(20))).isEqualTo(StopResult.ROLLED_BACK);
        other.join();
    }

    @Test
    void shouldStopTheLineWhenABatchFails() throws Exception {
        List<Long> ran = Collections.synchronizedList(new ArrayList<>());
        StreamingContext ssc = everyTenMilliseconds();
        Programs.batches(ssc, List.of(1), List.of(0), List.of(1)).foreachRDD((rdd, time) -> {
            rdd.foreach(n -> {
                if (n == 0) {
                    throw new IllegalStateException("no zeros");
                }
            });
            ran.add(time.milliseconds());
        });
        ssc.start();
        assertThatThrownBy(ssc::awaitTermination)
                .isInstanceOf(BatchFailedException.class)
                .hasMessageContaining("no zeros");
        assertThat(ssc.getState()).isEqualTo(StreamingContextState.STOPPED);
        assertThat(ssc.failure()).isPresent();
        assertThat(ran).hasSize(1);
        ssc.close();
    }

    @Test
    void shouldWaitForTheRunningBatchWhenTheNextCannotBePlanned() throws Exception {
        CountDownLatch refused = new CountDownLatch(1);
        List<Boolean> endedEarly = Collections.synchronizedList(new ArrayList<>());
        StreamingContext ssc = everyTenMilliseconds();
        ssc.from(new SecondSliceFails(refused)).foreachRDD(rdd -> {
            refused.await();
            endedEarly.add(endsWithin(ssc, 200)); // while this batch runs the context has not ended
        });
        ssc.start();
        assertThatThrownBy(ssc::awaitTermination)
                .isInstanceOf(BatchFailedException.class)
                .hasMessageEndingWith("failed: its input could not be planned: the source is gone");
        assertThat(endedEarly).containsExactly(false);
        ssc.close();
    }

    private static boolean endsWithin(StreamingContext ssc, long milliseconds) throws InterruptedException {
        try {
            return ssc.awaitTerminationOrTimeout(milliseconds);
        } catch (BatchFailedException e) {
            return true;
        }
    }

    /** One slice, then an error. */
    private record SecondSliceFails(CountDownLatch refused) implements Source<Integer> {
        @Override
        public String description() {
            return "one slice";
        }

        @Override
        public Cursor<Integer> open(@Nullable Map<Object, Object> position) {
            return new Cursor<>() {
                private boolean sliced;

                @Override
                public InputSlice next() {
                    if (sliced) {
                        refused.countDown();
                        throw new IllegalStateException("the source is gone");
                    }
                    sliced = true;
                    return InputSlice.EMPTY;
                }

                @Override
                public PartitionedSource<Integer> read(InputSlice slice) {
                    throw new AssertionError("there is nothing to read");
                }

                @Override
                public void close() {}
            };
        }
    }

    @Test
    void shouldTellListenersInOrder() {
        List<String> heard = new ArrayList<>();
        try (StreamingContext ssc = Programs.local()) {
            Programs.batches(ssc, List.of(1, 2, 3))
                    .map(n -> n)
                    .foreachRDD(rdd -> rdd.count())
                    .named("count");
            ssc.addStreamingListener(new StreamingListener() {
                @Override
                public void onStreamingStarted(BatchTime zero) {
                    heard.add("started " + zero);
                }

                @Override
                public void onBatchSubmitted(BatchInfo batch) {
                    heard.add("submitted " + batch.batchTime() + " " + batch.numRecords());
                }

                @Override
                public void onBatchStarted(BatchInfo batch) {
                    heard.add("began " + batch.batchTime());
                }

                @Override
                public void onOutputOperationCompleted(dev.millrace.streaming.event.OutputOperationInfo output) {
                    heard.add("output " + output.name());
                }

                @Override
                public void onBatchCompleted(BatchInfo batch) {
                    heard.add("completed " + batch.batchTime() + " " + batch.numRecords());
                }
            });
            ssc.runBatches(1);
        }
        assertThat(heard)
                .containsExactly(
                        "started 0 ms", "submitted 1000 ms 3", "began 1000 ms", "output count", "completed 1000 ms 3");
    }

    @Test
    void shouldKeepContextsInOneProcessApart() {
        try (StreamingContext first = Programs.local();
                StreamingContext second = Programs.local()) {
            List<List<Integer>> one = Programs.collected(Programs.batches(first, List.of(1)));
            List<List<Integer>> two = Programs.collected(Programs.batches(second, List.of(2)));
            first.runBatches(1);
            second.runBatches(1);
            assertThat(one).containsExactly(List.of(1));
            assertThat(two).containsExactly(List.of(2));
        }
    }

    @Test
    void shouldRefuseAStopFromInsideABatch() throws Exception {
        CountDownLatch tried = new CountDownLatch(1);
        List<String> messages = Collections.synchronizedList(new ArrayList<>());
        StreamingContext ssc = everyTenMilliseconds();
        Programs.batches(ssc, List.of(1)).foreachRDD(rdd -> {
            try {
                ssc.stop(Duration.ofSeconds(1));
            } catch (IllegalStateException e) {
                messages.add(e.getMessage());
            }
            tried.countDown();
        });
        ssc.start();
        assertThat(tried.await(20, TimeUnit.SECONDS)).isTrue();
        ssc.close();
        assertThat(messages.get(0)).startsWith("stop() was called on a thread that it would wait for");
    }
}
