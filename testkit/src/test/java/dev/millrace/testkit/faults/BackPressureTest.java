/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.error.CancelledException;
import dev.millrace.internal.program.ProgramAccess;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.ContextsByClock;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import dev.millrace.streaming.receiver.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ten receivers that store as fast as they may, and a job that takes a millisecond for each record, in simulated time: what comes in
 * settles at what can be processed, however busy the machine of the test is.
 */
@Timeout(300)
@ExtendWith(QuietLog.class)
class BackPressureTest {
    private static final int RECEIVERS = 10;
    private static final int BATCHES = 80;
    private static final Duration INTERVAL = Durations.seconds(1);
    private static final long NANOS_A_RECORD = 1_000_000;
    private static final long RETRY_NANOS = 1_000_000;

    private final ToldClock clock = new ToldClock();
    private final long[] next = new long[RECEIVERS]; // the record of each that is to come out
    private final List<String> wrong = new ArrayList<>();
    private final List<BatchInfo> completed = new ArrayList<>();

    /** Stores one record after the other, each when it may. */
    private final class Numbers extends Receiver<Long> implements OneThread.Actor {
        private static final long serialVersionUID = 1;

        private final transient SimulatedThreads program;
        private final int number;
        private boolean runs;
        private long stored;
        private long retryAt;

        Numbers(SimulatedThreads program, int number) {
            super(StorageLevel.MEMORY_AND_DISK_SER());
            this.program = program;
            this.number = number;
        }

        @Override
        public void onStart() {
            runs = true;
        }

        @Override
        public void onStop() {
            runs = false;
        }

        @Override
        public SimulatedThreads program() {
            return program;
        }

        @Override
        public String name() {
            return NumberSource.ACTOR;
        }

        @Override
        public boolean isReady() {
            return runs && clock.nanos() >= retryAt;
        }

        /** A thread that is interrupted is told that it would have to wait. */
        @Override
        public void step() {
            Thread.currentThread().interrupt();
            try {
                store(stored * RECEIVERS + number);
                stored++;
            } catch (CancelledException e) {
                retryAt = clock.nanos() + RETRY_NANOS;
            } finally {
                Thread.interrupted();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"200, 1", "200, 2", "200, 3", "5, 1", "5, 2", "5, 3"
    }) // twice of what can be processed, and little of it
    void shouldSettleAtTheRateThatIsProcessed(String initialRate, long seed) throws Exception {
        OneThread[] thread = new OneThread[1];
        thread[0] = new OneThread(new Random(seed), clock, () -> thread[0].step());
        SimulatedThreads threads = thread[0].program();
        MillraceConf conf = new MillraceConf()
                .setMaster("local[1]")
                .set("millrace.streaming.blockInterval", "10ms")
                .set("millrace.streaming.backpressure.enabled", "true")
                .set("millrace.streaming.backpressure.pid.minRate", "1")
                .set("millrace.streaming.backpressure.initialRate", initialRate);
        StreamingContext ssc = ContextsByClock.make(conf, INTERVAL, clock);
        union(number -> receiver(ssc, threads, number)).foreachRDD(rdd -> {
            List<Long> records = rdd.collect();
            records.forEach(this::comesOut);
            long until = clock.nanos() + records.size() * NANOS_A_RECORD;
            thread[0].await(() -> false, until);
        });
        ssc.addStreamingListener(new StreamingListener() {
            @Override
            public void onBatchCompleted(BatchInfo batch) {
                completed.add(batch);
            }
        });
        ProgramAccess.programs().driver(ssc).startOn(threads);
        while (completed.size() < BATCHES) {
            go(thread[0]);
        }
        threads.requestStop(Duration.ZERO);
        while (!threads.isOver()) {
            go(thread[0]);
        }
        ssc.stop(Duration.ZERO);

        assertThat(wrong).isEmpty();
        assertThat(next).doesNotContain(0);
        List<BatchInfo> settled = completed.subList(BATCHES / 2, BATCHES);
        double processed = records(settled)
                / seconds(settled.stream().map(BatchInfo::processingDelay).toList());
        assertThat(processed).as("records a second that can be processed").isBetween(900.0, 1000.1);
        double stored = records(settled) / (settled.size() * seconds(List.of(INTERVAL)));
        assertThat(stored)
                .as("records a second that come in, of those that can be processed; %s", completed)
                .isBetween(0.7 * processed, 1.3 * processed);
        double middle = delay(completed.subList(BATCHES / 2, BATCHES * 3 / 4));
        double end = delay(completed.subList(BATCHES * 3 / 4, BATCHES));
        assertThat(end).as("seconds of total delay").isLessThan(1.3 * middle + 2 * seconds(List.of(INTERVAL)));
    }

    private static void go(OneThread thread) {
        if (!thread.step()) {
            thread.passTime(Long.MAX_VALUE);
        }
    }

    private DStream<Long> receiver(StreamingContext ssc, SimulatedThreads threads, int number) {
        Numbers numbers = new Numbers(threads, number);
        threads.add(numbers);
        return ssc.receiverStream(numbers).named("numbers " + number);
    }

    private static DStream<Long> union(Function<Integer, DStream<Long>> streams) {
        DStream<Long> union = streams.apply(0);
        for (int number = 1; number < RECEIVERS; number++) {
            union = union.union(streams.apply(number));
        }
        return union;
    }

    private void comesOut(long record) {
        int receiver = (int) (record % RECEIVERS);
        if (record / RECEIVERS != next[receiver]) {
            wrong.add("receiver " + receiver + " gave " + record / RECEIVERS + " after " + (next[receiver] - 1));
        }
        next[receiver] = record / RECEIVERS + 1;
    }

    private static double records(List<BatchInfo> batches) {
        return batches.stream().mapToLong(BatchInfo::numRecords).sum();
    }

    private static double seconds(List<Duration> durations) {
        return durations.stream().mapToDouble(one -> one.toNanos() / 1e9).sum();
    }

    private static double delay(List<BatchInfo> batches) {
        return seconds(batches.stream().map(BatchInfo::totalDelay).toList()) / batches.size();
    }
}
