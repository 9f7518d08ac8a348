/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.error.CancelledException;
import dev.millrace.error.MillraceException;
import dev.millrace.error.UserCodeException;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.operators.JobScope;
import dev.millrace.rdd.LongAccumulator;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.rdd.StorageLevels;
import dev.millrace.rdd.TaskContext;
import dev.millrace.spi.JobLabel;
import dev.millrace.streaming.BatchTime;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract of every engine for datasets. Functions touch static fields at most: an engine may send them elsewhere. */
abstract class ExecutionEngineContract {
    record Point(int x, int y) {}

    record Undeclared(int n) {}

    /** Equal without regard to case. */
    record Name(String text) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Name that && that.text.equalsIgnoreCase(text);
        }

        @Override
        public int hashCode() {
            return text.toLowerCase(Locale.ROOT).hashCode();
        }
    }

    record Packed(byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Packed that && Arrays.equals(that.bytes, bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    private MillraceContext context;

    /** The master with two threads. */
    abstract String master();

    @BeforeEach
    void open() {
        context = new MillraceContext(
                new MillraceConf().setMaster(master()).registerTypes(Point.class, Name.class, Packed.class));
        Failing.reset();
    }

    @AfterEach
    void close() {
        context.close();
    }

    private RDD<Integer> numbers(int count, int partitions) {
        return context.parallelize(IntStream.range(0, count).boxed().toList(), partitions);
    }

    @Test
    void shouldMapFilterAndFlatMapInOrder() {
        RDD<Integer> data = numbers(10, 3);
        assertThat(data.map(n -> n * 2).filter(n -> n % 4 == 0).collect()).containsExactly(0, 4, 8, 12, 16);
        assertThat(data.flatMap(n -> List.of(n, -n).iterator()).take(4)).containsExactly(0, 0, 1, -1);
    }

    @Test
    void shouldComputeOnceWhatIsKept() {
        for (StorageLevel level : List.of(
                StorageLevels.MEMORY_ONLY,
                StorageLevels.MEMORY_ONLY_SER,
                StorageLevels.MEMORY_AND_DISK,
                StorageLevels.DISK_ONLY)) {
            LongAccumulator computed = context.longAccumulator("computed");
            PairRDD<Integer, Point> kept = numbers(3_000, 3)
                    .mapToPair(n -> {
                        computed.add(1);
                        return Tuple2.of(n % 7, new Point(n, -n));
                    })
                    .persist(level);
            assertThat(kept.count()).isEqualTo(3_000);
            assertThat(kept.groupByKey().count()).isEqualTo(7);
            assertThat(kept.values().take(2)).containsExactly(new Point(0, 0), new Point(1, -1));
            assertThat(computed.value()).as("with %s", level).isEqualTo(3_000);
            RDD<Point> derived = kept.values();
            kept.unpersist();
            assertThat(derived.count()).isEqualTo(3_000);
            assertThat(computed.value()).isEqualTo(6_000);
        }
    }

    @Test
    void shouldMapWholePartitions() {
        RDD<Integer> sizes =
                numbers(10, 3).mapPartitions(records -> List.of(sum(records)).iterator());
        assertThat(sizes.collect()).containsExactly(3, 12, 30);
        assertThat(numbers(5, 2).glom().collect()).containsExactly(List.of(0, 1), List.of(2, 3, 4));
    }

    private static int sum(Iterator<Integer> records) {
        int sum = 0;
        while (records.hasNext()) {
            sum += records.next();
        }
        return sum;
    }

    @Test
    void shouldKeepPartitionsAndOrderInUnionAndCoalesce() {
        RDD<Integer> both = numbers(4, 2).union(numbers(3, 3)).union(context.<Integer>emptyRDD());
        assertThat(both.getNumPartitions()).isEqualTo(5);
        assertThat(both.collect()).containsExactly(0, 1, 2, 3, 0, 1, 2);
        assertThat(both.coalesce(2).glom().collect()).containsExactly(List.of(0, 1, 2, 3), List.of(0, 1, 2));
        assertThat(numbers(7, 7).coalesce(3).glom().collect())
                .containsExactly(List.of(0, 1), List.of(2, 3), List.of(4, 5, 6));
    }

    @Test
    void shouldReduceByKeyInOrderOfFirstArrival() {
        PairRDD<String, Integer> counts = context.parallelize(List.of("b", "a", "b", "c", "a", "b"), 3)
                .mapToPair(word -> Tuple2.of(word, 1))
                .reduceByKey(Integer::sum, 1);
        assertThat(counts.collect()).containsExactly(Tuple2.of("b", 3), Tuple2.of("a", 2), Tuple2.of("c", 1));
        assertThat(counts.mapToPair(pair -> Tuple2.of(pair._2() > 1, pair._2()))
                        .reduceByKey(Integer::sum, 2)
                        .collectAsMap())
                .containsEntry(true, 5)
                .containsEntry(false, 1);
    }

    @Test
    void shouldGroupByTheMethodsThatAKeyDeclares() {
        List<Tuple2<Name, Integer>> names = context.parallelize(List.of("b", "A", "B", "c", "a", "b"), 3)
                .mapToPair(text -> Tuple2.of(new Name(text), 1))
                .reduceByKey(Integer::sum, 2)
                .collect();
        assertThat(names)
                .containsExactlyInAnyOrder(
                        Tuple2.of(new Name("b"), 3), Tuple2.of(new Name("a"), 2), Tuple2.of(new Name("c"), 1));
        List<Tuple2<Packed, List<Integer>>> packed = numbers(6, 3)
                .mapToPair(n -> Tuple2.of(new Packed(new byte[] {(byte) (n % 2)}), n))
                .groupByKey()
                .collect();
        assertThat(packed)
                .containsExactlyInAnyOrder(
                        Tuple2.of(new Packed(new byte[] {0}), List.of(0, 2, 4)),
                        Tuple2.of(new Packed(new byte[] {1}), List.of(1, 3, 5)));
    }

    @Test
    void shouldGroupByKeyInOrderOfArrival() {
        PairRDD<Boolean, List<Integer>> groups =
                numbers(5000, 4).mapToPair(n -> Tuple2.of(n % 2 == 0, n)).groupByKey();
        assertThat(groups.collectAsMap().get(true))
                .isEqualTo(IntStream.range(0, 2500).map(n -> 2 * n).boxed().toList());
    }

    @Test
    void shouldTakeCountTopAndReduce() {
        RDD<Integer> data = numbers(100, 7);
        assertThat(data.take(3)).containsExactly(0, 1, 2);
        assertThat(data.take(40)).hasSize(40);
        assertThat(data.take(1000)).hasSize(100);
        assertThat(data.first()).isZero();
        assertThat(data.count()).isEqualTo(100);
        assertThat(data.top(2, Integer::compare)).containsExactly(99, 98);
        assertThat(data.reduce(Integer::sum)).isEqualTo(4950);
        assertThat(context.<Integer>emptyRDD().isEmpty()).isTrue();
        assertThat(context.<Integer>emptyRDD().collect()).isEmpty();
    }

    @Test
    void shouldAddToAccumulatorsInTasksAndStages() {
        LongAccumulator seen = context.longAccumulator("seen");
        numbers(10, 3).foreach(n -> seen.add(n));
        assertThat(seen.value()).isEqualTo(45);
        numbers(10, 3)
                .map(n -> {
                    seen.add(1);
                    return n;
                })
                .mapToPair(n -> Tuple2.of(n, n))
                .reduceByKey(Integer::sum)
                .count();
        assertThat(seen.value()).isEqualTo(55);
    }

    @Test
    void shouldCountOnceWhenATaskIsTriedAgain() {
        LongAccumulator seen = context.longAccumulator("seen");
        RDD<Integer> flaky = numbers(10, 2).map(n -> {
            seen.add(1);
            Failing.until(n == 8, 2);
            return n;
        });
        assertThat(flaky.count()).isEqualTo(10);
        assertThat(seen.value()).isEqualTo(10);
        Failing.reset();
        assertThat(flaky.mapToPair(n -> Tuple2.of(n % 3, 1))
                        .reduceByKey(Integer::sum)
                        .collectAsMap())
                .containsEntry(0, 4);
        assertThat(seen.value()).isEqualTo(20);
    }

    @Test
    void shouldTellTasksWhereTheyAre() {
        List<String> places = numbers(4, 2)
                .mapPartitions(records -> {
                    TaskContext task = Objects.requireNonNull(TaskContext.get());
                    return List.of(task.partitionId() + "/" + task.attemptNumber() + "/"
                                    + task.label().batch())
                            .iterator();
                })
                .collect();
        assertThat(places).containsExactly("0/0/null", "1/0/null");
        assertThat(TaskContext.get()).isNull();
    }

    @Test
    void shouldNameOperatorAndLineWhenAUserFunctionFails() {
        RDD<Integer> broken = numbers(4, 2).map(n -> 12 / (n - 3));
        String line = Failing.lineAbove();
        String text =
                "the function given to map at " + line + " threw java.lang.ArithmeticException: / by zero; correct"
                        + " the function, or filter out the records that it cannot take";
        assertThatThrownBy(broken::collect)
                .isInstanceOf(MillraceException.class)
                .hasMessage("task 1 of map at " + line + " failed 4 times, the last time: " + text)
                .cause()
                .isInstanceOf(UserCodeException.class)
                .hasMessage(text);
        assertThatThrownBy(() ->
                        broken.mapToPair(n -> Tuple2.of(n, n)).groupByKey().count())
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining(text);
    }

    @Test
    void shouldNameTheOperatorWhenAFunctionOfPartitionsFailsAtOnce() {
        RDD<Integer> broken = numbers(2, 1).<Integer>mapPartitions(records -> {
            throw new java.io.IOException("no disk");
        });
        assertThatThrownBy(broken::count)
                .hasMessageContaining("the function given to mapPartitions at ")
                .hasMessageContaining("threw java.io.IOException: no disk");
    }

    @Test
    void shouldSendDeclaredTypesEverywhere() {
        List<Tuple2<Point, Integer>> counts = context.parallelize(List.of(new Point(1, 2), new Point(1, 2)), 2)
                .mapToPair(point -> Tuple2.of(point, 1))
                .reduceByKey(Integer::sum)
                .collect();
        assertThat(counts).containsExactly(Tuple2.of(new Point(1, 2), 2));
    }

    @Test
    void shouldRefuseActionsInTasks() {
        MillraceContext driver = context;
        assertThatThrownBy(() -> numbers(1, 1)
                        .map(n -> driver.parallelize(List.of(n), 1).count())
                        .collect())
                .hasMessageMatching("(?s).*(an action was called inside a task|cannot be sent to Spark's tasks).*");
    }

    @Test
    void shouldEndTheJobsOfABatchWhenItIsCancelled() throws Exception {
        BatchTime batch = new BatchTime(5000);
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        CompletableFuture<Long> next = new CompletableFuture<>();
        RDD<Integer> stuck = numbers(2, 2).map(Failing::stuck);
        Thread job = new Thread(() -> {
            try {
                JobScope.under(new JobLabel(batch, "out"), stuck::count);
            } catch (Throwable e) {
                ended.complete(e);
            }
            next.complete(numbers(3, 2).count()); // the cancel must not reach beyond its job
        });
        job.start();
        Failing.awaitStuck();
        ContextRuntime.of(context).engine().cancel(new BatchTime(4000));
        assertThat(ended).isNotDone();
        ContextRuntime.of(context).engine().cancel(batch);
        assertThat(ended.get(30, TimeUnit.SECONDS)).isInstanceOf(CancelledException.class);
        assertThat(next.get(30, TimeUnit.SECONDS)).isEqualTo(3);
        job.join();
    }
}
