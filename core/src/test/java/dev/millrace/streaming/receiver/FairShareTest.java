/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.error.CancelledException;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A receiver that stores as fast as it can, beside one that has something to store now and then. */
@Timeout(60)
class FairShareTest {
    private final ByHand<Object> flood = new ByHand<>();
    private final ByHand<Object> honest = new ByHand<>();

    @TempDir
    private Path directory;

    private void flood() {
        try {
            while (true) {
                flood.store(Collections.nCopies(100, "x".repeat(100)).iterator());
            }
        } catch (CancelledException e) {
            // the program has ended
        }
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING
                || Arrays.stream(thread.getStackTrace())
                        .noneMatch(frame -> frame.getClassName().contains("ReceiverGate"))) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldLetAReceiverStoreWhenAnotherHasTakenAllTheRoom(boolean logged) throws InterruptedException {
        MillraceConf conf =
                new MillraceConf().setMaster("local[1]").set("millrace.streaming.receiver.maxPendingBytes", "200k");
        List<Object> received = new ArrayList<>();
        Thread thread = new Thread(this::flood);
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            if (logged) {
                ssc.checkpoint(directory.toString());
            }
            ssc.receiverStream(flood).named("flood").foreachRDD("flood", rdd -> {});
            ssc.receiverStream(honest).named("honest").foreachRDD("honest", rdd -> received.addAll(rdd.collect()));
            ssc.runBatches(0);
            assertThat(flood.event()).isEqualTo("start");
            assertThat(honest.event()).isEqualTo("start");
            thread.start();
            awaitWaiting(thread);
            for (int i = 0; i < 10; i++) {
                honest.store(List.<Object>of("a" + i, "b" + i).iterator());
            }
            assertThat(received).isEmpty(); // no batch has made room
            ssc.runBatches(1);
            assertThat(received).hasSize(20).startsWith("a0", "b0").endsWith("a9", "b9");
        }
        thread.join();
    }
}
