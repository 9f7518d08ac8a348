/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.CapturedLog;
import dev.millrace.MillraceConf;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A receiver that does not return from its onDurable is alone in that. */
@Timeout(120)
class StuckOnDurableTest {
    @TempDir
    private Path root;

    private final CountDownLatch released = new CountDownLatch(1);

    private final class Stuck extends ByHand<Integer> {
        private final CountDownLatch reached = new CountDownLatch(1);

        @Override
        public void onStart() {
            store(List.of(1), 1);
        }

        @Override
        protected void onDurable(Object position) {
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

    @AfterEach
    void release() {
        released.countDown();
    }

    private StreamingContext started(String directory, Stuck stuck, ByHand<Integer> other) {
        StreamingContext ssc = new StreamingContext(
                new MillraceConf()
                        .setMaster("local[2]")
                        .set("millrace.streaming.blockInterval", "10ms")
                        .set("millrace.streaming.stopGrace", "100ms"),
                Duration.ofHours(1)); // so no batch seals what is stored
        ssc.checkpoint(root.resolve(directory).toString());
        ssc.receiverStream(stuck).named("stuck").foreachRDD("each", rdd -> {});
        ssc.receiverStream(other).named("other").foreachRDD("all", rdd -> {});
        ssc.start();
        return ssc;
    }

    @Test
    void shouldNotKeepBlocksOfOthersFromBeingSealedNorTheirNews() throws Exception {
        Stuck stuck = new Stuck();
        ByHand<Integer> other = new ByHand<>();
        StreamingContext ssc = started("checkpoint", stuck, other);
        stuck.reached.await();
        assertThat(other.event()).isEqualTo("start");
        other.store(1, 1);
        assertThat(other.event()).isEqualTo("durable 1");
        other.store(2, 2);
        assertThat(other.event()).isEqualTo("durable 2");
        released.countDown();
        ssc.stop(Duration.ofSeconds(30));
    }

    @Test
    void shouldListOnlyThreadsOfTheContextThatStops() throws Exception {
        try (CapturedLog log = new CapturedLog("dev.millrace.streaming")) {
            for (int i = 1; i <= 3; i++) {
                Stuck stuck = new Stuck();
                StreamingContext ssc = started("checkpoint-" + i, stuck, new ByHand<>());
                stuck.reached.await();
                ssc.stop(Duration.ofMillis(10));
            }
            assertThat(log.messages().stream().filter(line -> line.contains("is left behind")))
                    .hasSize(3)
                    .allSatisfy(
                            line -> assertThat(line).containsOnlyOnce("Thread millrace-receiver-stuck-durable is at"));
        }
    }
}
