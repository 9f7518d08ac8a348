/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.memory.MemoryBudget;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.rdd.StorageLevels;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the budget is, results are the same to the byte; and at the end nothing is left, in memory or on disk. */
class BudgetTest {
    private static final List<String> BUDGETS = List.of("1g", "1", "20k", "300k");

    @TempDir
    Path spills;

    record Undeclared(String name, int number) {}

    interface Program {
        Object run(MillraceContext context) throws Exception;
    }

    private MillraceConf conf(String budget, int threads) {
        return new MillraceConf()
                .setMaster("local[" + threads + "]")
                .set("millrace.task.maxAttempts", "2")
                .set("millrace.memory.budget", budget)
                .set("millrace.memory.spillDirectory", spills.toString());
    }

    private Object run(String budget, int threads, Program program) throws Exception {
        MillraceContext context = new MillraceContext(conf(budget, threads));
        Object result;
        try (context) {
            result = program.run(context);
        }
        assertThat(ContextRuntime.of(context).memory().used())
                .as("used at the end")
                .isZero();
        try (Stream<Path> left = Files.list(spills)) {
            assertThat(left).isEmpty();
        }
        return result;
    }

    private void sameWithEveryBudget(Program program) throws Exception {
        for (int threads : new int[] {1, 3}) {
            byte[] expected = ValueCodec.builtIn().encode(run(BUDGETS.get(0), threads, program));
            for (String budget : BUDGETS.subList(1, BUDGETS.size())) {
                byte[] found = ValueCodec.builtIn().encode(run(budget, threads, program));
                assertThat(Arrays.equals(found, expected))
                        .as("the same with a budget of %s and %d threads", budget, threads)
                        .isTrue();
            }
        }
    }

    /** Sums of doubles tell any change in the order of merging; lists tell any change in the order of values. */
    @Test
    void shouldGiveTheSameBytesWithEveryBudgetForRandomShuffles() throws Exception {
        for (long seed = 0; seed < 8; seed++) {
            Random random = new Random(seed);
            int keys = 1 << random.nextInt(14);
            int mapTasks = 1 + random.nextInt(6);
            int reducers = 1 + random.nextInt(4);
            List<Tuple2<String, Double>> pairs = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                int key = (int) (keys * Math.pow(random.nextDouble(), 1 + seed % 3));
                pairs.add(Tuple2.of("key " + key, random.nextGaussian()));
            }
            System.out.println("shuffles of seed " + seed);
            sameWithEveryBudget(context -> {
                PairRDD<String, Double> data = context.parallelizePairs(pairs, mapTasks);
                return List.of(
                        data.reduceByKey(Double::sum, reducers).collect(),
                        data.groupByKey().mapValues(List::size).collect(),
                        data.groupByKey()
                                .flatMap(group -> group._2().iterator())
                                .collect(),
                        data.partitionBy(new dev.millrace.rdd.HashPartitioner(reducers))
                                .glom()
                                .collect());
            });
        }
    }

    @Test
    void shouldGroupValuesThatDoNotFitTogether() throws Exception {
        sameWithEveryBudget(context -> context.parallelize(numbers(30_000), 3)
                .mapToPair(n -> Tuple2.of(n % 5, "value " + n))
                .groupByKey()
                .mapValues(values -> values.subList(0, 100) + " of " + values.size())
                .collect());
    }

    @Test
    void shouldGiveTheSameWhenAccumulatorsGrow() throws Exception {
        sameWithEveryBudget(context -> context.parallelize(numbers(6_000), 3)
                .mapToPair(n -> Tuple2.of(n % 300, "a value of some length, number " + n))
                .reduceByKey((a, b) -> a + "," + b)
                .collect());
    }

    @Test
    void shouldHoldWhatTheCodecDoesNotKnow() throws Exception {
        sameWithEveryBudget(context -> context.parallelize(numbers(2_000), 3)
                .mapToPair(n -> Tuple2.of(n % 700, new Undeclared("name", n)))
                .reduceByKey((a, b) -> new Undeclared(a.name(), a.number() + b.number()))
                .mapValues(Undeclared::number)
                .collect());
    }

    @Test
    void shouldGiveTheSameThroughEveryStorageLevel() throws Exception {
        for (var level : List.of(
                StorageLevels.MEMORY_ONLY,
                StorageLevels.MEMORY_ONLY_SER,
                StorageLevels.MEMORY_AND_DISK,
                StorageLevels.MEMORY_AND_DISK_SER_2,
                StorageLevels.DISK_ONLY)) {
            sameWithEveryBudget(context -> {
                PairRDD<Integer, String> kept = context.parallelize(numbers(3_000), 4)
                        .mapToPair(n -> Tuple2.of(n % 11, "text " + n))
                        .persist(level);
                return List.of(
                        kept.collect(),
                        kept.groupByKey().collect(),
                        kept.coalesce(2).collect(),
                        kept.collect());
            });
        }
    }

    @Test
    void shouldGiveTheSameWindows() throws Exception {
        List<List<Integer>> batches =
                IntStream.range(0, 8).mapToObj(b -> numbers(100 * b)).toList();
        List<Object> results = new ArrayList<>();
        for (String budget : BUDGETS) {
            MillraceContext used;
            try (StreamingContext ssc = Programs.local(conf(budget, 2))) {
                used = ssc.millraceContext();
                var stream = Programs.batches(ssc, batches);
                var windows = Programs.collected(stream.persist(StorageLevels.MEMORY_AND_DISK)
                        .map(n -> "number " + n)
                        .window(Durations.seconds(3)));
                var sums = Programs.collected(stream.window(Durations.seconds(4), Durations.seconds(2))
                        .map(n -> n + 1));
                ssc.runBatches(8);
                results.add(List.of(windows, sums));
            }
            assertThat(ContextRuntime.of(used).memory().used()).isZero();
        }
        assertThat(results).allMatch(results.get(0)::equals);
    }

    @Test
    void shouldSortAndDealOutWithEveryBudget() throws Exception {
        long seed = System.nanoTime();
        System.out.println("sorting of seed " + seed);
        Random random = new Random(seed);
        List<Tuple2<String, Integer>> pairs = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            pairs.add(Tuple2.of("key " + random.nextInt(3_000), i));
        }
        sameWithEveryBudget(context -> {
            PairRDD<String, Integer> data = context.parallelizePairs(pairs, 3);
            RDD<String> few = data.keys().sample(false, 0.01, 1);
            return List.of(
                    data.sortByKey().collect(),
                    data.sortByKey(false, 1).collect(),
                    data.sortByKey().groupByKey().collect(),
                    data.values().sortBy(n -> n % 100, true, 2).collect(),
                    data.keys().distinct(2).glom().collect(),
                    data.keys().subtract(few).collect(),
                    data.repartition(4).glom().collect(),
                    few.cartesian(few).collect());
        });
        assertThat(run(
                        "1",
                        2,
                        context -> context.parallelizePairs(pairs, 3)
                                .sortByKey(true, 1)
                                .collect()))
                .isEqualTo(pairs.stream()
                        .sorted(Comparator.comparing((Tuple2<String, Integer> pair) -> pair._1()))
                        .toList());
    }

    @Test
    void shouldGiveEverythingBackWhenSortingFails() throws Exception {
        for (String budget : BUDGETS) {
            run(budget, 2, context -> {
                PairRDD<Integer, String> data =
                        context.parallelize(numbers(10_000), 3).mapToPair(n -> Tuple2.of(n, "text " + n));
                assertThatThrownBy(() -> data.sortByKey(
                                        (a, b) -> {
                                            if (a == 9_000 && b != 9_000) {
                                                throw new IllegalStateException("no order");
                                            }
                                            return a.compareTo(b);
                                        },
                                        true,
                                        1)
                                .collect())
                        .isInstanceOf(MillraceException.class)
                        .hasMessageContaining("the function given to sortByKey at BudgetTest.java:");
                assertThat(data.sortByKey().take(3)).hasSize(3);
                return "";
            });
        }
    }

    @Test
    void shouldGiveEverythingBackWhenProgramsFail() throws Exception {
        for (String budget : BUDGETS) {
            for (int failAt : new int[] {10, 5_000, 9_999}) {
                run(budget, 2, context -> {
                    PairRDD<Integer, Integer> failing = context.parallelize(numbers(10_000), 4)
                            .mapToPair(n -> {
                                if (n == failAt) {
                                    throw new IOException("broken on purpose");
                                }
                                return Tuple2.of(n, n);
                            });
                    failing.persist(StorageLevels.MEMORY_AND_DISK);
                    assertThatThrownBy(() -> failing.reduceByKey(Integer::sum).count())
                            .isInstanceOf(MillraceException.class);
                    assertThatThrownBy(() -> failing.groupByKey().count()).isInstanceOf(MillraceException.class);
                    failing.unpersist();
                    assertThat(ContextRuntime.of(context).memory().used()).isZero();
                    return Map.of();
                });
            }
        }
    }

    @Test
    void shouldGiveEverythingBackAtTheEndOfEachJob() throws Exception {
        for (String budget : BUDGETS) {
            run(budget, 2, context -> {
                PairRDD<Integer, Integer> pairs =
                        context.parallelize(numbers(5_000), 4).mapToPair(n -> Tuple2.of(n % 1_000, n));
                pairs.reduceByKey(Integer::sum).take(3); // leaves its iterators in the middle
                pairs.groupByKey().count();
                assertThat(ContextRuntime.of(context).memory().used()).isZero();
                return Map.of();
            });
        }
    }

    /** Jobs on several threads, a cache that they fill and drop, and a producer that takes memory from all of them. */
    @Test
    void shouldServeManyThreadsThatTakeMemoryFromEachOther() throws Exception {
        run("200k", 3, context -> {
            MemoryBudget memory = ContextRuntime.of(context).memory();
            AtomicBoolean ended = new AtomicBoolean();
            ExecutorService threads = Executors.newFixedThreadPool(5);
            Future<?> producer = threads.submit(() -> {
                while (!ended.get()) {
                    if (memory.tryAcquire(50_000)) {
                        memory.release(50_000);
                    }
                }
            });
            RDD<Integer> shared = context.parallelize(numbers(4_000), 8).map(n -> n + 1);
            List<Future<?>> jobs = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                StorageLevel level = List.of(
                                StorageLevels.MEMORY_ONLY,
                                StorageLevels.MEMORY_AND_DISK,
                                StorageLevels.MEMORY_ONLY_SER,
                                StorageLevels.DISK_ONLY)
                        .get(i);
                jobs.add(threads.submit(() -> {
                    for (int round = 0; round < 15; round++) {
                        PairRDD<Integer, Integer> kept =
                                shared.mapToPair(n -> Tuple2.of(n % 500, n)).persist(level);
                        assertThat(kept.reduceByKey(Integer::sum).count()).isEqualTo(500);
                        assertThat(kept.groupByKey()
                                        .filter(group -> group._2().size() == 8)
                                        .count())
                                .isEqualTo(500);
                        kept.unpersist();
                    }
                }));
            }
            for (Future<?> job : jobs) {
                job.get(60, TimeUnit.SECONDS);
            }
            ended.set(true);
            producer.get(60, TimeUnit.SECONDS);
            threads.shutdown();
            assertThat(memory.used()).isZero();
            return Map.of();
        });
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }
}
