/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.SetClock;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.receiver.Receiver;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Batch times when clocks are set, and when the process stands still or is not there. */
@Timeout(60)
class ClockRulesTest {
    private static final long INTERVAL = 20;
    private static final long WINDOW = 3 * INTERVAL;
    private static final int RATE = 10_000;

    @TempDir
    private Path directory;

    /** Numbers at a bounded rate, one after the other. */
    private static final class Numbers extends Receiver<Long> {
        Numbers() {
            super(StorageLevel.MEMORY_AND_DISK_SER());
        }

        @Override
        protected void run() {
            for (long i = this.<Long>lastDurablePosition().orElse(-1L) + 1; ; i++) {
                store(i, i);
            }
        }
    }

    private final SetClock clock = new SetClock();
    private final SortedMap<Long, List<Long>> batches = Collections.synchronizedSortedMap(new TreeMap<>());
    private final SortedMap<Long, List<Long>> windows = new ConcurrentSkipListMap<>();
    private final List<Long> order = Collections.synchronizedList(new ArrayList<>());
    private final Map<Long, Long> late = new ConcurrentHashMap<>(); // ms between a batch's time and when it ran

    /** Runs so many batches of this run's own, telling the number of each, from 1, when it has run. */
    private void run(@Nullable Path checkpoint, int count, LongConsumer afterBatch) throws Exception {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.streaming.receiver.maxRate", Integer.toString(RATE));
        CountDownLatch done = new CountDownLatch(count);
        try (StreamingContext ssc = ContextsByClock.make(conf, Durations.milliseconds(INTERVAL), clock)) {
            if (checkpoint != null) {
                ssc.checkpoint(checkpoint.toString());
            }
            DStream<Long> numbers = ssc.receiverStream(new Numbers()).named("numbers");
            long start = clock.wallMillis();
            long last = order.isEmpty() ? start : order.get(order.size() - 1);
            long grid = Math.max(start, last) - clock.nanos() / 1_000_000;
            numbers.foreachRDD((rdd, time) -> {
                        late.put(time.milliseconds(), clock.nanos() / 1_000_000 + grid - time.milliseconds());
                        batches.put(time.milliseconds(), rdd.collect());
                        order.add(time.milliseconds());
                    })
                    .named("batches");
            numbers.window(Durations.milliseconds(WINDOW))
                    .named("last three")
                    .foreachRDD((rdd, time) -> {
                        windows.put(time.milliseconds(), rdd.collect());
                        if (time.milliseconds() > start) { // others an earlier run had planned
                            afterBatch.accept(count + 1 - done.getCount());
                            done.countDown();
                        }
                    })
                    .named("windows");
            ssc.start();
            assertThat(done.await(50, TimeUnit.SECONDS)).isTrue();
            ssc.stop(Duration.ZERO);
        }
        assertThat(copy(order)).isSorted().doesNotHaveDuplicates().allMatch(time -> time % INTERVAL == 0);
    }

    private static List<Long> copy(List<Long> list) {
        synchronized (list) {
            return List.copyOf(list);
        }
    }

    private static List<Long> steps(List<Long> times) {
        List<Long> steps = new ArrayList<>();
        for (int i = 1; i < times.size(); i++) {
            steps.add(times.get(i) - times.get(i - 1));
        }
        return steps;
    }

    /**
     * The steps by more than an interval behind which a batch is not late by a hundred of them: ticks that are later are left
     * out, and on a machine that is busy a process may stand still at any time.
     */
    private static List<Long> leaps(List<Long> times, Map<Long, Long> late) {
        List<Long> leaps = new ArrayList<>();
        for (int i = 1; i < times.size(); i++) {
            long step = times.get(i) - times.get(i - 1);
            if (step > INTERVAL && late.get(times.get(i)) < 99 * INTERVAL) {
                leaps.add(step);
            }
        }
        return leaps;
    }

    @Test
    void shouldGoOnByOneIntervalWhenTheClockOnTheWallIsSet() throws Exception {
        run(null, 30, batch -> {
            if (batch == 10) {
                clock.set(Duration.ofHours(-1));
            } else if (batch == 20) {
                clock.set(Duration.ofHours(2));
            }
        });
        assertThat(leaps(order, late)).isEmpty();
    }

    @Test
    void shouldMakeUpForAHundredTicksAndNoMoreAfterAPauseOfTenMinutes() throws Exception {
        run(null, 160, batch -> {
            if (batch == 10) {
                clock.pass(Duration.ofMinutes(10));
            }
        });
        assertThat(leaps(order, late)).isEmpty();
        assertThat(Collections.max(steps(order))).isGreaterThanOrEqualTo(600_000 - 101 * INTERVAL);
        assertThat(batches.values())
                .as("records of a batch, which no pause makes up for")
                .allSatisfy(batch -> assertThat(batch).hasSizeLessThan(RATE));
        windows.forEach((time, window) -> {
            List<Long> expected = new ArrayList<>();
            batches.subMap(time - WINDOW + 1, time + 1).values().forEach(expected::addAll);
            assertThat(window).as("window at %d", time).isEqualTo(expected);
        });
        assertThat(batches.values().stream().flatMap(List::stream)).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void shouldTakeTheBacklogAtTheNextGridTimeAfterDowntime() throws Exception {
        run(directory, 5, batch -> {});
        long last = order.get(order.size() - 1);
        clock.pass(Duration.ofHours(1));
        int before = order.size();
        run(directory, 5, batch -> {});
        List<Long> after = order.subList(before, order.size());
        // A batch that was planned before the end comes first, at its own time; then the grid goes on at now.
        List<Long> leaps = leaps(order, late);
        assertThat(leaps).hasSize(1);
        assertThat(leaps.get(0)).isBetween(3_600_000 - 100 * INTERVAL, 3_660_000L);
        assertThat(after.get(0)).isGreaterThan(last);
        List<Long> all = new ArrayList<>();
        batches.values().forEach(all::addAll);
        assertThat(all).isEqualTo(LongStream.range(0, all.size()).boxed().toList());
    }

    @Test
    void shouldGoOnAfterTheLastTimeWhenTheClockWasSetBackDuringDowntime() throws Exception {
        run(directory, 5, batch -> {});
        clock.set(Duration.ofHours(-1));
        run(directory, 5, batch -> {});
        assertThat(leaps(order, late)).isEmpty();
    }

    @Test
    @Tag("full")
    void shouldMakeUpForAHundredTicksWhenTheProcessIsStopped() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ClockRulesTest.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = child.inputReader()) {
            List<Long> times = new ArrayList<>();
            Map<Long, Long> late = new HashMap<>();
            while (times.size() < 20) {
                read(lines, times, late);
            }
            signal(child, "STOP");
            assertThat(child.waitFor(4, TimeUnit.SECONDS)).isFalse();
            signal(child, "CONT");
            long continued = System.currentTimeMillis();
            while (times.get(times.size() - 1) < continued + 10 * INTERVAL) {
                read(lines, times, late);
            }
            assertThat(times).isSorted().doesNotHaveDuplicates().allMatch(time -> time % INTERVAL == 0);
            assertThat(leaps(times, late)).isEmpty();
            assertThat(Collections.max(steps(times))).isGreaterThanOrEqualTo(4_000 - 103 * INTERVAL);
        } finally {
            child.destroyForcibly();
        }
    }

    private static void read(BufferedReader lines, List<Long> times, Map<Long, Long> late) throws IOException {
        String[] line = lines.readLine().split(" ");
        times.add(Long.parseLong(line[0]));
        late.put(Long.parseLong(line[0]), Long.parseLong(line[1]));
    }

    private static void signal(Process process, String name) throws Exception {
        int exit = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(exit).isZero();
    }

    /** Tells standard output the time of each batch, and how late it runs, in ms. */
    public static void main(String[] arguments) throws InterruptedException {
        StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[1]"), Durations.milliseconds(INTERVAL));
        long grid = System.currentTimeMillis() - System.nanoTime() / 1_000_000;
        ssc.queueStream(new ArrayDeque<RDD<Long>>())
                .foreachRDD((rdd, time) -> System.out.println(
                        time.milliseconds() + " " + (System.nanoTime() / 1_000_000 + grid - time.milliseconds())));
        ssc.start();
        ssc.awaitTermination();
    }
}
