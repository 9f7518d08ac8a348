/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.error.BatchFailedException;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    void shouldRunOneContextAfterTheOtherOnOneEngine() {
        try (MillraceContext shared = new MillraceContext(new MillraceConf().setMaster("local[2]"))) {
            for (int i = 0; i < 2; i++) {
                StreamingContext ssc = new StreamingContext(shared, Durations.seconds(1));
                List<Object> totals = new ArrayList<>();
                Programs.batches(ssc, List.of("a"))
                        .mapToPair(word -> Tuple2.of(word, 1))
                        .updateStateByKey(
                                StateType.of("totals", Integer.class),
                                (values, state) -> Optional.of(state.orElse(0) + values.size()))
                        .foreachRDD(rdd -> {
                            totals.addAll(rdd.collect());
                        });
                ssc.runBatches(1);
                assertThat(totals).containsExactly(Tuple2.of("a", 1)); // nothing of the context before
                StreamingContext second = new StreamingContext(shared, Durations.seconds(1));
                Programs.batches(second, List.of(1)).foreachRDD(rdd -> {});
                assertThatThrownBy(() -> second.runBatches(1))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage(
                                "another StreamingContext is active on this MillraceContext, or code of one that was"
                                        + " stopped is; stop it first, or give each a MillraceContext of its own");
                ssc.stop(false);
            }
        }
    }

    /** A stop with a deadline took the engine from those who had made it; {@code close()} did not. */
    @Test
    void shouldLeaveAMillraceContextToThoseWhoMadeIt() {
        MillraceContext shared = new MillraceContext(new MillraceConf().setMaster("local[2]"));
        StreamingContext first = new StreamingContext(shared, Durations.seconds(1));
        StreamingContext second = new StreamingContext(shared, Durations.seconds(1));
        StreamingContext third = new StreamingContext(shared, Durations.seconds(1));
        assertThat(first.stop(Duration.ofSeconds(20))).isEqualTo(StopResult.FINISHED);
        assertThat(shared.parallelize(List.of(1, 2)).count()).isEqualTo(2);
        second.close();
        assertThat(shared.parallelize(List.of(1, 2)).count()).isEqualTo(2);
        third.stop(); // as the original does
        assertThatThrownBy(() -> shared.parallelize(List.of(1, 2)).count())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the context is stopped; make a new one");
        StreamingContext own = Programs.local();
        own.stop(Duration.ofSeconds(20));
        assertThatThrownBy(() -> own.millraceContext().parallelize(List.of(1)).count())
                .hasMessage("the context is stopped; make a new one");
    }

    @Test
    void shouldWaitForOutputsOfTheirOwnThreadsWhenItRollsBack() throws Exception {
        CountDownLatch running = new CountDownLatch(2);
        CountDownLatch ended = new CountDownLatch(2);
        CountDownLatch never = new CountDownLatch(1);
        StreamingContext ssc = new StreamingContext(
                new MillraceConf().setMaster("local[2]").set("millrace.streaming.concurrentJobs", "2"),
                Durations.milliseconds(10));
        DStream<Integer> numbers = Programs.batches(ssc, List.of(1));
        for (int i = 0; i < 2; i++) {
            numbers.foreachRDD(rdd -> {
                running.countDown();
                try {
                    never.await();
                } finally {
                    ended.countDown();
                }
            });
        }
        ssc.start();
        assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ssc.stop(Duration.ofMillis(20))).isEqualTo(StopResult.ROLLED_BACK);
        assertThat(ended.getCount()).isZero();
    }

    @Test
    void shouldRefuseAStopFromInsideATask() {
        List<String> messages = Collections.synchronizedList(new ArrayList<>());
        StreamingContext ssc = Programs.local();
        Programs.batches(ssc, List.of(1, 2, 3, 4))
                .foreachRDD(rdd -> rdd.foreach(n -> {
                    try {
                        ssc.stop(Duration.ofSeconds(1));
                    } catch (IllegalStateException e) {
                        messages.add(e.getMessage());
                    }
                }));
        ssc.runBatches(1);
        ssc.close();
        assertThat(messages).hasSize(4);
    }

    @Test
    void shouldCommitABatchWhenAListenerThrowsAnError() {
        try (StreamingContext ssc = Programs.local()) {
            Programs.batches(ssc, List.of(1)).foreachRDD(rdd -> {});
            ssc.addStreamingListener(new StreamingListener() {
                @Override
                public void onBatchCompleted(BatchInfo batch) {
                    throw new AssertionError("a listener's own trouble");
                }
            });
            ssc.runBatches(2);
            assertThat(ssc.lastBatchTime()).contains(BatchTime.of(2000));
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
