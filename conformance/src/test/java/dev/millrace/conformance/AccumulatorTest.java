/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.error.MillraceException;
import dev.millrace.rdd.AccumulatorV2;
import dev.millrace.rdd.CollectionAccumulator;
import dev.millrace.rdd.DoubleAccumulator;
import dev.millrace.rdd.LongAccumulator;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Additions of winning attempts to accumulators count once, on either engine, whatever the kind. */
@ExtendWith(SparkHeldOpen.class)
class AccumulatorTest {
    record Point(int x, int y) implements Serializable {}

    private static volatile CountDownLatch laterPartition = new CountDownLatch(1);

    /** The distinct values that were added, sorted. */
    private static final class Distinct extends AccumulatorV2<Integer, List<Integer>> {
        private final TreeSet<Integer> values = new TreeSet<>();

        @Override
        public boolean isZero() {
            return values.isEmpty();
        }

        @Override
        public Distinct copy() {
            Distinct copy = new Distinct();
            copy.values.addAll(values);
            return copy;
        }

        @Override
        public void reset() {
            values.clear();
        }

        @Override
        protected void accumulate(Integer value) {
            values.add(value);
        }

        @Override
        public void merge(AccumulatorV2<Integer, List<Integer>> other) {
            values.addAll(((Distinct) other).values);
        }

        @Override
        public List<Integer> value() {
            return List.copyOf(values);
        }
    }

    @BeforeEach
    void reset() {
        Failing.reset();
    }

    private static MillraceContext context(String master) {
        return new MillraceContext(new MillraceConf().setMaster(master));
    }

    private static RDD<Integer> numbers(MillraceContext context, int count, int partitions) {
        return context.parallelize(IntStream.range(0, count).boxed().toList(), partitions);
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldCountOnceWhatWinningAttemptsAdd(String master) {
        try (MillraceContext context = context(master)) {
            LongAccumulator sum = context.longAccumulator("sum");
            DoubleAccumulator halves = context.doubleAccumulator("halves");
            CollectionAccumulator<String> texts = context.collectionAccumulator("texts");
            Distinct digits = new Distinct();
            context.register(digits, "digits");
            RDD<Integer> flaky = numbers(context, 40, 4).map(n -> {
                sum.add(n);
                halves.add(n / 2.0);
                texts.add("n" + n);
                digits.add(n % 10);
                Failing.until(n == 38, 2);
                return n;
            });
            assertThat(flaky.mapToPair(n -> Tuple2.of(n % 2, n))
                            .reduceByKey(Integer::sum)
                            .count())
                    .isEqualTo(2);
            assertThat(sum.value()).isEqualTo(780);
            assertThat(sum.sum()).isEqualTo(780);
            assertThat(sum.count()).isEqualTo(40);
            assertThat(sum.avg()).isEqualTo(19.5);
            assertThat(halves.value()).isEqualTo(390.0);
            assertThat(halves.count()).isEqualTo(40);
            assertThat(texts.value())
                    .containsExactlyElementsOf(
                            IntStream.range(0, 40).mapToObj(n -> "n" + n).toList());
            assertThat(digits.value()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
            assertThat(digits.isZero()).isFalse();
            flaky.foreach(n -> sum.add(Long.valueOf(n)));
            assertThat(sum.value()).isEqualTo(3 * 780);
            assertThat(texts.value()).hasSize(80);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldAddNothingOfAJobThatFails(String master) {
        try (MillraceContext context = context(master)) {
            LongAccumulator seen = context.longAccumulator();
            RDD<Integer> broken = numbers(context, 4, 2).map(n -> {
                seen.add(1);
                return 12 / (n - 3);
            });
            assertThatThrownBy(broken::count).isInstanceOf(MillraceException.class);
            assertThat(seen.isZero()).isTrue();
            assertThat(seen.name()).isEmpty();
        }
    }

    /** The first partition ends after the second one has; what they add is in the order of partitions nevertheless. */
    @Test
    void shouldAddInTheOrderOfPartitionsHoweverTasksEnd() {
        laterPartition = new CountDownLatch(1);
        try (MillraceContext context = context("local[2]")) {
            CollectionAccumulator<Integer> ends = context.collectionAccumulator("ends");
            numbers(context, 20_000, 2).foreachPartition(records -> {
                int first = records.next();
                if (first == 0) {
                    assertThat(laterPartition.await(30, TimeUnit.SECONDS)).isTrue();
                }
                ends.add(first);
                if (first > 0) {
                    laterPartition.countDown();
                }
                records.forEachRemaining(n -> {
                    if (n % 1000 == 999) {
                        ends.add(n);
                    }
                });
            });
            List<Integer> inOrder = new ArrayList<>(List.of(0));
            for (int n = 999; n < 20_000; n += 1000) {
                if (n == 10_999) {
                    inOrder.add(10_000);
                }
                inOrder.add(n);
            }
            assertThat(ends.value()).isEqualTo(inOrder);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldRefuseOneThatIsNotRegisteredUnlessItIsTheTasksOwn(String master) {
        try (MillraceContext context = context(master)) {
            Distinct unknown = new Distinct();
            RDD<Integer> numbers = numbers(context, 4, 2);
            assertThatThrownBy(() -> numbers.foreach(unknown::add))
                    .hasMessageEndingWith(
                            "an accumulator of " + Distinct.class.getName() + " was not registered, so what tasks add"
                                    + " to it would be lost; call register(accumulator, \"name\") of the context before")
                    .hasMessageContaining("failed once");
            assertThat(numbers.mapPartitions(records -> {
                                LongAccumulator own = new LongAccumulator();
                                records.forEachRemaining(n -> own.add(n));
                                return Arrays.asList(own.sum(), own.count()).iterator();
                            })
                            .collect())
                    .containsExactly(1L, 2L, 5L, 2L);
            context.register(unknown);
            numbers.foreach(unknown::add);
            assertThat(unknown.value()).containsExactly(0, 1, 2, 3);
            assertThatThrownBy(() -> context.register(unknown, "again"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("an accumulator is registered twice, the first time as \"\"; register it once, or make"
                            + " another one");
        }
    }

    /** A task reads of an accumulator its own part only, which begins with nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldShowATaskItsOwnPart(String master) {
        try (MillraceContext context = context(master)) {
            LongAccumulator sum = context.longAccumulator("sum");
            sum.add(100);
            List<Long> parts = numbers(context, 4, 2)
                    .map(n -> {
                        sum.add(n);
                        return sum.value() + 1000 * sum.count();
                    })
                    .collect();
            assertThat(parts).containsExactly(1000L, 2001L, 1002L, 2005L);
            assertThat(sum.value()).isEqualTo(106);
        }
    }

    /** A batch on one engine, the next one on the other, from one checkpoint; both parts are in the value. */
    @Test
    void shouldKeepWhatDurableOnesHaveOnEitherEngine(@TempDir Path checkpoint) {
        List<Object> values = new ArrayList<>();
        for (String master : List.of("local[2]", "spark:local[2]", "local[1]")) {
            try (StreamingContext ssc =
                    new StreamingContext(new MillraceConf().setMaster(master), Durations.seconds(1))) {
                MillraceContext context = ssc.millraceContext();
                context.getConf().registerTypes(Point.class);
                ssc.checkpoint(checkpoint.toString());
                LongAccumulator sum = context.durable(context.longAccumulator("sum"));
                CollectionAccumulator<Point> points = context.durable(context.collectionAccumulator("points"));
                Queue<RDD<Integer>> batches = new ArrayDeque<>();
                for (int i = 1; i <= 3; i++) {
                    batches.add(context.parallelize(List.of(i, 10 * i), 2));
                }
                ssc.queueStream(batches).named("numbers").foreachRDD("add", rdd -> {
                    rdd.foreach(n -> {
                        sum.add(n);
                        points.add(new Point(n, -n));
                    });
                });
                ssc.runBatches(1);
                values.add(sum.value());
                values.add(points.value().size());
            }
        }
        assertThat(values).containsExactly(11L, 2, 33L, 4, 66L, 6);
    }

    @Test
    void shouldRefuseWhatCannotBeDurable(@TempDir Path checkpoint) {
        for (int run = 0; run < 2; run++) {
            try (StreamingContext ssc =
                    new StreamingContext(new MillraceConf().setMaster("local[1]"), Durations.seconds(1))) {
                MillraceContext context = ssc.millraceContext();
                ssc.checkpoint(checkpoint.toString());
                AccumulatorV2<?, ?> seen = context.durable(
                        run == 0 ? context.longAccumulator("seen") : context.collectionAccumulator("seen"));
                ssc.queueStream(new ArrayDeque<RDD<Integer>>())
                        .named("numbers")
                        .foreachRDD(rdd -> ((LongAccumulator) seen).add(1));
                if (run == 0) {
                    ssc.runBatches(1);
                    refuse(context, (LongAccumulator) seen);
                } else {
                    assertThatThrownBy(() -> ssc.runBatches(1))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessage(
                                    "the checkpoint has the accumulator \"seen\" as one of another kind; give this one"
                                            + " another name");
                }
            }
        }
    }

    private static void refuse(MillraceContext context, LongAccumulator seen) {
        assertThatThrownBy(() -> context.durable(context.longAccumulator()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "a durable accumulator has no name; make it by longAccumulator(\"name\"), or register it with"
                                + " one");
        assertThatThrownBy(() -> context.durable(context.longAccumulator("seen")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("there is a durable accumulator \"seen\" already; use that, or give this one another name");
        Distinct distinct = new Distinct();
        context.register(distinct, "distinct");
        assertThatThrownBy(() -> context.durable(distinct))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the accumulator \"distinct\" is of " + Distinct.class.getName()
                        + ", and a checkpoint keeps sums"
                        + " and collections; use one of those, or keep the result in a state");
        assertThatThrownBy(seen::reset)
                .hasMessage(
                        "reset() of the durable accumulator \"seen\", which holds what committed batches have added; read"
                                + " its value before and after instead, or use one that is not durable");
        assertThatThrownBy(() -> seen.setValue(3L)).hasMessageStartingWith("setValue() of the durable accumulator");
        assertThat(seen.value()).isEqualTo(1);
    }

    @Test
    void shouldBeReadAndWrittenByTheProgram() {
        try (MillraceContext context = context("local[1]")) {
            LongAccumulator sum = context.longAccumulator("sum");
            assertThat(sum.isZero()).isTrue();
            assertThat(sum.avg()).isNaN();
            sum.add(2);
            sum.add(-2);
            assertThat(sum.isZero()).isFalse();
            LongAccumulator other = sum.copy();
            other.add(5);
            sum.merge(other);
            assertThat(sum).hasToString("LongAccumulator(" + sum.id() + ", sum: 5)");
            assertThat(sum.count()).isEqualTo(5);
            sum.setValue(9L);
            assertThat(sum.value()).isEqualTo(9);
            sum.reset();
            assertThat(sum.isZero()).isTrue();
            assertThat(other.isRegistered()).isFalse();
            assertThat(sum.name()).contains("sum");
            DoubleAccumulator mean = context.doubleAccumulator();
            mean.add(1);
            mean.add(2.5);
            DoubleAccumulator more = mean.copy();
            mean.merge(more);
            mean.setValue(mean.sum() + 1);
            assertThat(mean.avg()).isEqualTo(2.0);
            mean.reset();
            assertThat(mean.isZero()).isTrue();
            CollectionAccumulator<String> texts = context.collectionAccumulator();
            texts.add("a");
            texts.add(null);
            texts.merge(texts.copy());
            assertThat(texts.value()).containsExactly("a", null, "a", null);
            texts.setValue(List.of("b"));
            assertThat(texts.value()).containsExactly("b");
            texts.reset();
            assertThat(texts.isZero()).isTrue();
        }
    }
}
