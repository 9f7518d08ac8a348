/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.memory.MemoryBudget;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten receivers at full speed on one thread, with a job that takes twice the interval. */
@Timeout(120)
class ManyReceiversTest {
    private static final int RECEIVERS = 10;

    @TempDir
    private Path directory;

    /** Numbers from 0, each with the number of its receiver. */
    private static final class Numbers extends Receiver<Long> {
        private final int number;
        private final long until;

        Numbers(int number, long until) {
            super(StorageLevel.MEMORY_AND_DISK_SER());
            this.number = number;
            this.until = until;
        }

        @Override
        protected void run() {
            for (long i = 0; i < until; i++) {
                store(i * RECEIVERS + number);
            }
        }
    }

    /** What has come out of each receiver; batch thread. */
    private static final class Seen {
        final long[] next = new long[RECEIVERS];
        final List<String> wrong = new ArrayList<>();
        long records;

        void add(long record) {
            int receiver = (int) (record % RECEIVERS);
            if (record / RECEIVERS != next[receiver]) {
                wrong.add("receiver " + receiver + " gave " + record / RECEIVERS + " after " + (next[receiver] - 1));
            }
            next[receiver] = record / RECEIVERS + 1;
            records++;
        }
    }

    private static StreamingContext context(MillraceConf conf, Duration interval, @Nullable Path checkpoint) {
        StreamingContext ssc = new StreamingContext(conf.setMaster("local[1]"), interval);
        if (checkpoint != null) {
            ssc.checkpoint(checkpoint.toString());
        }
        return ssc;
    }

    private static DStream<Long> union(StreamingContext ssc, long until) {
        List<DStream<Long>> streams = new ArrayList<>();
        for (int i = 0; i < RECEIVERS; i++) {
            streams.add(ssc.receiverStream(new Numbers(i, until)).named("numbers " + i));
        }
        DStream<Long> union = streams.get(0);
        for (DStream<Long> stream : streams.subList(1, RECEIVERS)) {
            union = union.union(stream);
        }
        return union;
    }

    /** Works as long as it is told, in time of the clock on the wall. */
    private static void work(long nanos) {
        long since = System.nanoTime();
        while (System.nanoTime() - since < nanos) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLoseNothingAndStayInMemoryWhenTheJobTakesTwiceTheInterval(boolean logged) throws Exception {
        Duration interval = Durations.milliseconds(20);
        long each = 20_000;
        long budget = 2 << 20;
        MillraceConf conf = new MillraceConf()
                .set("millrace.memory.budget", Long.toString(budget))
                .set("millrace.streaming.receiver.maxPendingBytes", "512k")
                .set("millrace.streaming.receiver.blockBytes", "16k");
        Seen seen = new Seen();
        CountDownLatch all = new CountDownLatch(1);
        List<Long> used = Collections.synchronizedList(new ArrayList<>());
        List<Long> slowest = new ArrayList<>();
        try (StreamingContext ssc = context(conf, interval, logged ? directory : null)) {
            MemoryBudget memory = ContextRuntime.of(ssc.millraceContext()).memory();
            union(ssc, each).foreachRDD(rdd -> {
                used.add(memory.used());
                rdd.collect().forEach(seen::add);
                slowest.add(java.util.Arrays.stream(seen.next).min().orElse(0));
                if (seen.records == RECEIVERS * each) {
                    all.countDown();
                }
                work(2 * interval.toNanos());
            });
            ssc.start();
            assertThat(all.await(100, TimeUnit.SECONDS)).isTrue();
            assertThat(ssc.stop(Duration.ofSeconds(30))).isEqualTo(StopResult.FINISHED);
        }
        assertThat(seen.wrong).isEmpty();
        assertThat(seen.next).containsOnly(each);
        assertThat(used).allSatisfy(bytes -> assertThat(bytes).isLessThan(budget / 2));
        assertThat(slowest.get(slowest.size() / 2))
                .as("records of the slowest receiver in the middle of the run")
                .isPositive();
    }

    @Test
    @Tag("full")
    void shouldLoseNothingInASmallHeap() throws Exception {
        Path output = directory.resolve("output");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx48m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManyReceiversTest.class.getName(),
                        directory.resolve("checkpoint").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = child.waitFor(100, TimeUnit.SECONDS);
        child.destroyForcibly();
        assertThat(ended).as(() -> text(output)).isTrue();
        assertThat(child.exitValue()).as(() -> text(output)).isZero();
        System.out.print(text(output));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** 20 million records, some 100 MB in the log, in a heap of 48 MB. */
    public static void main(String[] arguments) throws Exception {
        Duration interval = Durations.milliseconds(200);
        long each = 2_000_000;
        MillraceConf conf = new MillraceConf().set("millrace.streaming.receiver.maxPendingBytes", "64m");
        Seen seen = new Seen();
        CountDownLatch all = new CountDownLatch(1);
        long begin = System.nanoTime();
        StreamingContext ssc = context(conf, interval, Path.of(arguments[0]));
        union(ssc, each).foreachRDD(rdd -> {
            rdd.mapPartitions(records -> {
                        records.forEachRemaining(seen::add);
                        return Collections.<Long>emptyIterator();
                    })
                    .count();
            if (seen.records >= RECEIVERS * each) {
                all.countDown();
            }
            work(2 * interval.toNanos());
        });
        ssc.start();
        all.await();
        StopResult result = ssc.stop(Duration.ofSeconds(30));
        System.out.printf(
                "%d records of %d receivers in %.1f s, %s, wrong %s%n",
                seen.records, RECEIVERS, (System.nanoTime() - begin) / 1e9, result, seen.wrong);
        System.exit(seen.wrong.isEmpty() && seen.records == RECEIVERS * each ? 0 : 1);
    }
}
