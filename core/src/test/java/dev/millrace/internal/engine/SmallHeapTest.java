/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.LongAccumulator;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.rdd.StorageLevels;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs in a child process with a heap of 80 MB; each needs several times that if it holds everything as objects. */
class SmallHeapTest {
    private static final int TASKS = 24;

    @TempDir
    Path directory;

    private void run(String program) throws Exception {
        File log = directory.resolve("log").toFile();
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx80m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHeapTest.class.getName(),
                        program)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        boolean ended = child.waitFor(90, TimeUnit.SECONDS);
        child.destroyForcibly();
        assertThat(ended).isTrue();
        assertThat(child.exitValue()).as(() -> text(log)).isZero();
        try (Stream<Path> left = java.nio.file.Files.list(directory)) {
            assertThat(left.filter(path -> path.toString().contains("spill"))).isEmpty();
        }
    }

    private static String text(File log) {
        try {
            return java.nio.file.Files.readString(log.toPath());
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }

    /**
     * Once a stage kept the blocks of every map task as its results, so that merging them early freed nothing, and a file
     * of 1 GB did not fit into a heap of 256 MB.
     */
    @Test
    void shouldNeedMemoryForDistinctKeysOnly() throws Exception {
        run("distinct keys");
    }

    @Test
    void shouldReduceMoreKeysThanTheHeapHolds() throws Exception {
        run("reduce");
    }

    @Test
    void shouldSortMoreThanTheHeapHolds() throws Exception {
        run("sort");
    }

    @Test
    @Tag("full")
    void shouldFindMoreDistinctRecordsThanTheHeapHolds() throws Exception {
        run("distinct records");
    }

    @Test
    @Tag("full")
    void shouldGroupMoreThanTheHeapHolds() throws Exception {
        run("group");
    }

    /** Once such keys were grouped where they stood, in memory without a limit. */
    @Test
    void shouldGroupMoreThanTheHeapHoldsWhereItIsLaidOutAlready() throws Exception {
        run("laid out");
    }

    @Test
    void shouldKeepAWindowThatTheHeapDoesNotHold() throws Exception {
        run("window");
    }

    @Test
    void shouldKeepADatasetThatTheHeapDoesNotHold() throws Exception {
        run("cache");
    }

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "distinct keys" -> inContext(SmallHeapTest::distinctKeys);
            case "reduce" ->
                inContext(context ->
                        check(840_000, inOrder(keys(context, 840_000, 2).reduceByKey(Long::sum, 2), 2L)));
            case "group" ->
                inContext(context -> check(
                        600_000, inOrder(keys(context, 600_000, 2).groupByKey().mapValues(List::size), 2)));
            case "laid out" ->
                inContext(context -> check(
                        600_000,
                        inOrder(
                                keys(context, 600_000, 2)
                                        .partitionBy(new HashPartitioner(2))
                                        .groupByKey()
                                        .mapValues(List::size),
                                2)));
            case "sort" ->
                inContext(context ->
                        check(600_000, ascending(keys(context, 600_000, 1).sortByKey(true, 2))));
            case "distinct records" ->
                inContext(context -> check(
                        840_000, keys(context, 840_000, 2).keys().distinct(2).count()));
            case "cache" -> inContext(SmallHeapTest::cached);
            default -> window();
        }
    }

    private interface Program {
        void run(MillraceContext context) throws Exception;
    }

    private static void inContext(Program program) throws Exception {
        try (MillraceContext context = new MillraceContext(new MillraceConf().setMaster("local[2]"))) {
            program.run(context);
        }
    }

    private static void check(long expected, long found) {
        if (expected != found) {
            throw new AssertionError("expected " + expected + ", found " + found);
        }
    }

    private static void distinctKeys(MillraceContext context) {
        int keys = 100_000;
        int tasks = 60;
        check(
                keys,
                context.parallelize(IntStream.range(0, tasks).boxed().toList(), tasks)
                        .flatMap(task -> IntStream.range(0, keys).boxed().iterator())
                        .mapToPair(n -> Tuple2.of("key " + n, 1L))
                        .reduceByKey(Long::sum, 2)
                        .filter(count -> count._2() == tasks)
                        .count());
    }

    /** Each key {@code times} times, in ascending order of first arrival; the tasks divide them without a rest. */
    private static PairRDD<String, Long> keys(MillraceContext context, int keys, int times) {
        int each = keys * times / TASKS;
        return context.parallelize(IntStream.range(0, TASKS).boxed().toList(), TASKS)
                .flatMap(task -> IntStream.range(task * each, (task + 1) * each)
                        .map(n -> n % keys)
                        .boxed()
                        .iterator())
                .mapToPair(n -> Tuple2.of("key " + n, 1L));
    }

    /** How many pairs have the value and stand after the key that arrived before. */
    private static <V> long inOrder(PairRDD<String, V> pairs, V value) {
        return pairs.mapPartitions(partition -> {
                    long right = 0;
                    int last = -1;
                    while (partition.hasNext()) {
                        Tuple2<String, V> pair = partition.next();
                        int number = Integer.parseInt(pair._1().substring(4));
                        right += number > last && pair._2().equals(value) ? 1 : 0;
                        last = number;
                    }
                    return List.of(right).iterator();
                })
                .reduce(Long::sum);
    }

    /** The number of pairs that do not stand after one with a greater key. */
    private static <V> long ascending(PairRDD<String, V> pairs) {
        return pairs.mapPartitions(partition -> {
                    long right = 0;
                    String last = "";
                    while (partition.hasNext()) {
                        String key = partition.next()._1();
                        right += key.compareTo(last) >= 0 ? 1 : 0;
                        last = key;
                    }
                    return List.of(right).iterator();
                })
                .reduce(Long::sum);
    }

    private static RDD<String> texts(MillraceContext context, int count, LongAccumulator computed) {
        return context.parallelize(IntStream.range(0, TASKS).boxed().toList(), TASKS)
                .flatMap(task -> IntStream.range(0, count / TASKS)
                        .mapToObj(n -> "a text that makes the records longer, of task " + task + " and number " + n)
                        .iterator())
                .filter(text -> {
                    computed.add(1);
                    return true;
                });
    }

    private static void cached(MillraceContext context) {
        int count = 1_200_000;
        for (StorageLevel level : List.of(StorageLevels.MEMORY_AND_DISK, StorageLevels.MEMORY_ONLY)) {
            LongAccumulator computed = context.longAccumulator("computed");
            RDD<String> texts = texts(context, count, computed).persist(level);
            check(count, texts.count());
            check(count, texts.count());
            if (level.useDisk()) {
                check(count, computed.value());
            } else if (computed.value() <= count || computed.value() >= 2 * count) {
                throw new AssertionError("some partitions are kept, some not; computed: " + computed.value());
            }
            texts.unpersist();
        }
    }

    private static void window() {
        int batches = 6;
        int each = 240_000;
        List<Long> counts = new ArrayList<>();
        try (StreamingContext ssc = Programs.local()) {
            MillraceContext context = ssc.millraceContext();
            Iterator<RDD<String>> data = IntStream.range(0, batches)
                    .mapToObj(batch -> texts(context, each, context.longAccumulator("computed")))
                    .iterator();
            Programs.queued(ssc, data).window(Durations.seconds(5)).foreachRDD(rdd -> counts.add(rdd.count()));
            ssc.runBatches(batches);
        }
        check(5L * each, counts.get(batches - 1));
    }
}
