/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.SetClock;
import dev.millrace.streaming.ContextsByClock;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The batches that a graceful stop makes of a backlog at once come ahead of the clock; the next life goes on from there. */
@Timeout(120)
class BacklogAtStopTest {
    private static final long INTERVAL = 1000;
    private static final int BLOCKS = 20;

    @TempDir
    private Path directory;

    private final SetClock clock = new SetClock();
    private final BlockingQueue<Batch> batches = new LinkedBlockingQueue<>();

    /**
     * A batch that has run.
     *
     * @param clock the clock on the wall when it ran
     * @param window what the last three batches had
     */
    private record Batch(long time, long clock, List<Object> window) {}

    private StreamingContext program(ByHand<Object> receiver) {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.streaming.receiver.maxBytesPerBatch", "1")
                .set("millrace.streaming.blockInterval", "1h");
        StreamingContext ssc = ContextsByClock.make(conf, Durations.milliseconds(INTERVAL), clock);
        ssc.checkpoint(directory.toString());
        DStream<Object> numbers = ssc.receiverStream(receiver).named("numbers");
        numbers.window(Durations.milliseconds(3 * INTERVAL))
                .named("last three")
                .foreachRDD((rdd, time) -> {
                    batches.add(new Batch(time.milliseconds(), clock.wallMillis(), rdd.collect()));
                })
                .named("seen");
        return ssc;
    }

    private Batch next() throws InterruptedException {
        Batch next = batches.poll(60, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    @Test
    void shouldGoOnByOneIntervalAheadOfTheClockAndComeBackToItAfterDowntime() throws Exception {
        ByHand<Object> receiver = new ByHand<>();
        StreamingContext logging = program(receiver);
        logging.runBatches(0);
        receiver.event();
        for (int i = 0; i < BLOCKS; i++) {
            receiver.store(List.of(i), i);
        }
        logging.stop(Duration.ZERO);

        StreamingContext stopped = program(new ByHand<>());
        stopped.start();
        assertThat(stopped.stop(Duration.ofSeconds(60))).isEqualTo(StopResult.FINISHED);
        List<Batch> last = batches.stream().toList();
        batches.clear();
        assertThat(last).hasSize(BLOCKS);
        assertThat(last.stream().map(Batch::time))
                .isEqualTo(IntStream.range(0, BLOCKS)
                        .mapToObj(i -> last.get(0).time() + i * INTERVAL)
                        .toList());
        Batch end = last.get(BLOCKS - 1);
        assertThat(end.time()).isGreaterThan(end.clock());

        StreamingContext ahead = program(new ByHand<>());
        ahead.start();
        Batch first = next();
        Batch second = next();
        ahead.stop(Duration.ZERO);
        assertThat(first.time()).isEqualTo(end.time() + INTERVAL);
        assertThat(first.clock()).as("nobody waits for the clock").isLessThan(first.time());
        assertThat(first.window()).containsExactly(BLOCKS - 2, BLOCKS - 1);
        assertThat(second.time()).isEqualTo(first.time() + INTERVAL);
        assertThat(second.window()).containsExactly(BLOCKS - 1);

        batches.clear();
        clock.pass(Duration.ofHours(1));
        StreamingContext back = program(new ByHand<>());
        back.start();
        Batch onTime = next();
        while (onTime.time() < second.time() + Duration.ofMinutes(1).toMillis()) { // planned before the end
            onTime = next();
        }
        back.stop(Duration.ZERO);
        assertThat(onTime.time()).isLessThanOrEqualTo(onTime.clock());
    }
}
