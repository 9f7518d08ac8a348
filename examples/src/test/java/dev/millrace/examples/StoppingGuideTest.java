/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The code of docs/guide/stopping.md. */
class StoppingGuideTest {
    @Test
    void shouldStop() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.milliseconds(10));
        Queue<RDD<Integer>> nothing = new ArrayDeque<>();
        ssc.queueStream(nothing).foreachRDD(rdd -> running.countDown());
        ssc.start();
        running.await();
        StopResult result = ssc.stop(Duration.ofSeconds(20));
        if (result != StopResult.FINISHED) {
            System.err.println("stopped as " + result + "; the next start goes on from there");
        }
        assertThat(result).isEqualTo(StopResult.FINISHED);
    }
}
