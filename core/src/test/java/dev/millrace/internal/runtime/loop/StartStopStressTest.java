/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.StreamingContextState;
import dev.millrace.streaming.receiver.Receiver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A start and several stops that meet: the context ends, every stop returns, no thread stays. */
@Timeout(300)
class StartStopStressTest {
    private final long seed = Long.getLong("millrace.stress.seed", new Random().nextLong());

    private static final class Numbers extends Receiver<Long> {
        Numbers() {
            super(StorageLevel.MEMORY_ONLY());
        }

        @Override
        protected void run() {
            for (long i = 0; ; i++) {
                store(i);
            }
        }
    }

    private void startStopStop(int rounds) throws Exception {
        System.out.println("millrace.stress.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < rounds; round++) {
            StreamingContext ssc =
                    new StreamingContext(new MillraceConf().setMaster("local[1]"), Durations.milliseconds(1));
            if (random.nextBoolean()) {
                ssc.receiverStream(new Numbers()).foreachRDD(rdd -> rdd.count());
            } else {
                ssc.queueStream(new ArrayDeque<RDD<Long>>()).foreachRDD(rdd -> rdd.count());
            }
            CyclicBarrier begin = new CyclicBarrier(4);
            List<FutureTask<StopResult>> stops = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Duration deadline = random.nextBoolean() ? Duration.ZERO : Duration.ofSeconds(30);
                FutureTask<StopResult> stop = new FutureTask<>(() -> {
                    begin.await();
                    return ssc.stop(deadline);
                });
                stops.add(stop);
                new Thread(stop).start();
            }
            begin.await();
            try {
                ssc.start();
            } catch (IllegalStateException e) {
                assertThat(e).hasMessageContaining("stopped"); // a stop was first
            }
            for (FutureTask<StopResult> stop : stops) {
                assertThat(stop.get(60, TimeUnit.SECONDS)).isNotNull();
            }
            assertThat(ssc.getState()).isEqualTo(StreamingContextState.STOPPED);
            assertThat(ssc.failure()).isEmpty();
            mustLeaveNoThread();
        }
    }

    private static void mustLeaveNoThread() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("millrace-")) {
                thread.join(20_000);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    @Test
    @Tag("stress")
    void shouldEndOnceWhenStartAndStopsMeet() throws Exception {
        startStopStop(500);
    }
}
