/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All records that receivers store come into batches, in order and once. */
@Timeout(60)
class ReceiverTest {
    private static final int RECORDS = 100_000;

    @TempDir
    private Path directory;

    /** Numbers from where it was left. */
    private static final class Numbers extends Receiver<Long> {
        private final long until;

        Numbers(StorageLevel level, long until) {
            super(level);
            this.until = until;
        }

        @Override
        protected void run() {
            Optional<Long> last = lastDurablePosition();
            for (long i = last.orElse(-1L) + 1; i < until; i++) {
                store(i, i);
            }
        }
    }

    private List<Long> receive(StorageLevel level, boolean durable, long... untils) throws InterruptedException {
        List<Long> received = Collections.synchronizedList(new ArrayList<>());
        for (long until : untils) {
            CountDownLatch complete = new CountDownLatch(1);
            MillraceConf conf = new MillraceConf().setMaster("local[2]");
            try (StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(20))) {
                if (durable) {
                    ssc.checkpoint(directory.toString());
                }
                ssc.receiverStream(new Numbers(level, until)).named("numbers").foreachRDD(rdd -> {
                    received.addAll(rdd.collect());
                    if (received.size() == until) {
                        complete.countDown();
                    }
                });
                ssc.start();
                complete.await();
                assertThat(ssc.stop(Duration.ofSeconds(10)).name()).isEqualTo("FINISHED");
            }
        }
        return received;
    }

    private static List<Long> upTo(long until) {
        return LongStream.range(0, until).boxed().toList();
    }

    @Test
    void shouldDeliverEverythingInOrderWhenKeptAsObjects() throws InterruptedException {
        assertThat(receive(StorageLevel.MEMORY_ONLY(), false, RECORDS)).isEqualTo(upTo(RECORDS));
    }

    @Test
    void shouldDeliverEverythingInOrderWhenKeptAsBytes() throws InterruptedException {
        assertThat(receive(StorageLevel.MEMORY_ONLY_SER(), false, RECORDS)).isEqualTo(upTo(RECORDS));
    }

    @Test
    void shouldDeliverEverythingInOrderWhenKeptOnDisk() throws InterruptedException {
        assertThat(receive(StorageLevel.DISK_ONLY(), false, RECORDS)).isEqualTo(upTo(RECORDS));
    }

    @Test
    void shouldGoOnAtTheLastDurablePositionWhenStartedAgain() throws InterruptedException {
        assertThat(receive(StorageLevel.MEMORY_AND_DISK_SER(), true, 1000, 5000, RECORDS))
                .isEqualTo(upTo(RECORDS));
    }
}
