/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random windows and joined windows of several megabytes: the same, in the same order, whatever finds room in memory. */
class WindowBudgetTest {
    private static final Logger LOGGER = Logger.getLogger("dev.millrace.memory");
    private static final int BATCHES = 12;

    @TempDir
    private Path directory;

    private final AtomicInteger wentToDisk = new AtomicInteger();
    private final AtomicInteger merged = new AtomicInteger();
    private int failEvery;
    private final Handler counting = new Handler() {
        @Override
        public void publish(LogRecord record) {
            if (record.getMessage().contains("of its window goes to disk")) {
                wentToDisk.incrementAndGet();
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void count() {
        LOGGER.setLevel(Level.FINE);
        LOGGER.addHandler(counting);
    }

    @AfterEach
    void stopCounting() {
        LOGGER.removeHandler(counting);
        LOGGER.setLevel(null);
    }

    private List<Tuple2<String, Long>> batch(Random random, int keys) {
        int first = random.nextInt(keys);
        return IntStream.range(0, random.nextInt(5) == 0 ? 0 : 6_000)
                .mapToObj(i ->
                        Tuple2.of("key of some length " + (first + random.nextInt(keys)), random.nextLong(1 << 20)))
                .toList();
    }

    private <V> V mayFail(V value) {
        if (failEvery > 0 && merged.incrementAndGet() % failEvery == 0) {
            throw new IllegalStateException("on purpose");
        }
        return value;
    }

    private DStream<?> window(PairDStream<String, Long> pairs, Random random) {
        int slide = 1 + random.nextInt(2);
        Duration every = Durations.seconds(slide);
        Duration length = Durations.seconds(slide * (1 + random.nextInt(4)));
        Duration other = Durations.seconds(slide * (1 + random.nextInt(4)));
        return switch (random.nextInt(5)) {
            case 0 ->
                pairs.mapValues(value -> value * 1.1)
                        .reduceByKeyAndWindow((a, b) -> mayFail(a + b), length, every)
                        .toDStream()
                        .named("window");
            case 1 ->
                pairs.reduceByKeyAndWindow((a, b) -> mayFail(a + b), (a, b) -> a - b, length, every)
                        .toDStream()
                        .named("window");
            case 2 -> pairs.groupByKeyAndWindow(length, every).toDStream().named("window");
            case 3 ->
                pairs.map(Tuple2::_1)
                        .countByValueAndWindow(length, every)
                        .toDStream()
                        .named("window");
            default -> {
                PairDStream<String, Long> left = pairs.window(length, every).named("left");
                PairDStream<String, Long> right = pairs.filter(pair -> pair._2() % 3 > 0)
                        .window(other, every)
                        .named("right");
                yield switch (random.nextInt(4)) {
                    case 0 -> left.join(right).toDStream();
                    case 1 -> left.leftOuterJoin(right).toDStream();
                    case 2 -> left.rightOuterJoin(right).toDStream();
                    default -> left.fullOuterJoin(right).toDStream();
                };
            }
        };
    }

    private List<List<Object>> run(long seed, String budget, int batches, boolean durable) throws IOException {
        Path spills = directory.resolve("spills");
        Random random = new Random(seed);
        StreamingContext ssc = Programs.local(new MillraceConf()
                .set("millrace.memory.budget", budget)
                .set("millrace.memory.spillDirectory", spills.toString())
                .set("millrace.task.retryDelay", "0ms"));
        List<List<Object>> seen;
        try (ssc) {
            if (durable) {
                ssc.checkpoint(directory.resolve("checkpoint-" + seed).toString());
            }
            int keys = 1_500 + random.nextInt(6_000);
            List<List<Tuple2<String, Long>>> input = IntStream.range(0, BATCHES)
                    .mapToObj(i -> batch(random, keys))
                    .toList();
            DStream<?> result = window(
                    Programs.batches(ssc, (Iterable<List<Tuple2<String, Long>>>) input)
                            .named("in")
                            .mapToPair(pair -> pair),
                    random);
            seen = Programs.collected(result.map(record -> (Object) record));
            ssc.runBatches(batches);
        }
        try (Stream<Path> left = Files.exists(spills) ? Files.list(spills) : Stream.empty()) {
            assertThat(left).isEmpty();
        }
        return seen;
    }

    private void compare(long from, long until) throws IOException {
        int programs = 0;
        int moves = wentToDisk.get();
        for (long seed = from; seed < until; seed++) {
            failEvery = 0;
            List<List<Object>> expected = run(seed, "1g", BATCHES, false);
            int before = wentToDisk.get();
            assertThat(before).as("moves with a budget of 1 GB").isEqualTo(moves);
            failEvery = seed % 3 == 0 ? 15_000 : 0;
            if (seed % 2 == 0) {
                assertThat(run(seed, "1m", BATCHES, false)).as("seed %d", seed).isEqualTo(expected);
            } else {
                int first = 2 + (int) (seed % 7);
                List<List<Object>> found = new ArrayList<>(run(seed, "1m", first, true));
                found.addAll(run(seed, "1m", BATCHES - first, true));
                assertThat(found).as("seed %d, with a restart", seed).isEqualTo(expected);
            }
            moves = wentToDisk.get();
            programs += moves > before ? 1 : 0;
        }
        System.out.println("windows within 1 MB: seeds " + from + " to " + until + ", on disk in " + programs
                + " programs, " + wentToDisk.get() + " moves");
        assertThat(programs).isGreaterThan((int) (until - from) * 3 / 4);
    }

    @Test
    void shouldGiveTheSameWithAMegabyteAsWithAGigabyte() throws IOException {
        compare(0, 16);
    }

    @Test
    @Tag("full")
    void shouldGiveTheSameWithAMegabyteAsWithAGigabyteInManyPrograms() throws IOException {
        compare(1_000, 1_150);
    }
}
