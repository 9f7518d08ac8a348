/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that wait for a context, on threads that the context waits for. */
@Timeout(60)
class WaitForItselfTest {
    private static final String REFUSED =
            " was called on a thread that it would wait for; call it from another thread than"
                    + " those of outputs, tasks, transform functions and listeners";

    private final StreamingContext ssc =
            new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.milliseconds(10));
    private final List<String> messages = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch tried = new CountDownLatch(1);

    /** A call that may wait. */
    private interface Call {
        void run() throws Exception;
    }

    @AfterEach
    void close() {
        ssc.close();
    }

    private void tryOnce(Call... calls) {
        for (Call call : tried.getCount() == 0 ? new Call[0] : calls) {
            try {
                call.run();
                messages.add("nothing");
            } catch (Exception e) {
                messages.add(String.valueOf(e.getMessage()));
            }
        }
        tried.countDown();
    }

    private void tryInAnOutput(Call... calls) {
        Programs.batches(ssc, List.of(1)).named("numbers").foreachRDD(rdd -> tryOnce(calls));
    }

    private void tryInAListener(Call... calls) {
        Programs.batches(ssc, List.of(1)).named("numbers").foreachRDD(rdd -> rdd.count());
        ssc.addStreamingListener(new StreamingListener() {
            @Override
            public void onBatchCompleted(BatchInfo batch) {
                tryOnce(calls);
            }
        });
    }

    private void runInRealTime() throws InterruptedException {
        ssc.start();
        assertThat(tried.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shouldRefuseToAwaitTheEndInAnOutput() throws Exception {
        tryInAnOutput(ssc::awaitTermination, () -> ssc.awaitTerminationOrTimeout(60_000));
        runInRealTime();
        assertThat(messages).containsExactly("awaitTermination()" + REFUSED, "awaitTermination()" + REFUSED);
    }

    @Test
    void shouldRefuseToAwaitTheEndInAListener() throws Exception {
        tryInAListener(ssc::awaitTermination);
        runInRealTime();
        assertThat(messages).containsExactly("awaitTermination()" + REFUSED);
    }

    @Test
    void shouldRefuseToAwaitTheEndInAnOutputInVirtualTime() {
        tryInAnOutput(ssc::awaitTermination);
        ssc.runBatches(1);
        assertThat(messages).containsExactly("awaitTermination()" + REFUSED);
    }

    @Test
    void shouldRefuseBatchesInAnOutput() {
        tryInAnOutput(() -> ssc.runBatches(1), ssc::runAvailable);
        ssc.runBatches(2);
        assertThat(messages).containsExactly("runBatches()" + REFUSED, "runAvailable()" + REFUSED);
        assertThat(ssc.lastBatchTime()).contains(BatchTime.of(20));
    }

    @Test
    void shouldRefuseBatchesInAListener() {
        tryInAListener(() -> ssc.runBatches(1), ssc::runAvailable);
        ssc.runBatches(2);
        assertThat(messages).containsExactly("runBatches()" + REFUSED, "runAvailable()" + REFUSED);
        assertThat(ssc.lastBatchTime()).contains(BatchTime.of(20));
    }
}
