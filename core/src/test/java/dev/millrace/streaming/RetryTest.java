/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Programs;
import dev.millrace.error.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks that fail are tried again after a while, which nobody else has to wait for. */
class RetryTest {
    private final MillraceConf conf = new MillraceConf().setMaster("local[1]");

    @Test
    void shouldRunTheOtherTasksBeforeAFailedOneIsTriedAgain() {
        conf.set("millrace.task.retryDelay", "20ms");
        List<Integer> called = new ArrayList<>();
        try (MillraceContext context = new MillraceContext(conf)) {
            List<Integer> result = context.parallelize(List.of(1, 2, 3), 3)
                    .map(n -> {
                        called.add(n);
                        if (n == 1 && called.size() == 1) {
                            throw new IllegalStateException("the database is away");
                        }
                        return n;
                    })
                    .collect();
            assertThat(result).containsExactly(1, 2, 3);
        }
        assertThat(called).containsExactly(1, 2, 3, 1);
    }

    @Test
    @Timeout(60)
    void shouldNotWaitInVirtualTime() {
        conf.set("millrace.task.retryDelay", "1h").set("millrace.task.maxRetryDelay", "1h");
        AtomicInteger calls = new AtomicInteger();
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            List<List<Integer>> collected =
                    Programs.collected(Programs.batches(ssc, List.of(1)).map(n -> {
                        if (calls.incrementAndGet() < 4) {
                            throw new IllegalStateException("not yet");
                        }
                        return n;
                    }));
            ssc.runBatches(1);
            assertThat(collected).containsExactly(List.of(1));
        }
    }

    @Test
    @Timeout(60)
    void shouldStopAtOnceWhenATaskWaits() throws InterruptedException {
        conf.set("millrace.task.retryDelay", "1h").set("millrace.task.maxRetryDelay", "1h");
        CountDownLatch failed = new CountDownLatch(1);
        try (StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(10))) {
            Programs.batches(ssc, List.of(1))
                    .foreachRDD(rdd -> rdd.foreach(n -> {
                        failed.countDown();
                        throw new IllegalStateException("the database is away");
                    }));
            ssc.start();
            assertThat(failed.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(ssc.stop(Duration.ZERO)).isEqualTo(StopResult.ROLLED_BACK);
        }
    }

    @Test
    void shouldFailTheStageAtOnceWhenAnotherTaskWaits() {
        conf.setMaster("local[2]").set("millrace.task.retryDelay", "1h").set("millrace.task.maxRetryDelay", "1h");
        try (MillraceContext context = new MillraceContext(conf)) {
            assertThatThrownBy(() -> context.parallelize(List.of(1, 2), 2)
                            .map(n -> {
                                throw n == 1 ? new IllegalStateException("away") : new RefusedException("never");
                            })
                            .collect())
                    .hasMessageContaining(" failed once: never");
        }
    }
}
