/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.Tuple2;
import dev.millrace.rdd.BoundedDouble;
import dev.millrace.rdd.DoubleRDD;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.StatCounter;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Actions give on each engine what plain collections give, on random data. */
abstract class RddActionsContract extends RddContract {
    private static final Comparator<Integer> LAST_DIGIT =
            (Comparator<Integer> & Serializable) (a, b) -> Integer.compare(a % 10, b % 10);

    @Test
    void shouldMergeInOrder() {
        forSomeData(data -> {
            List<Integer> numbers = data.numbers();
            RDD<Integer> rdd = data.rdd(numbers);
            String text = numbers.stream().map(String::valueOf).collect(Collectors.joining());
            RDD<String> texts = rdd.map(String::valueOf);
            assertThat(texts.fold("", String::concat)).isEqualTo(text);
            assertThat(rdd.aggregate("", (all, n) -> all + n, String::concat)).isEqualTo(text);
            int depth = 1 + data.random.nextInt(4);
            assertThat(rdd.repartition(13).treeAggregate("", (all, n) -> all + n, String::concat, depth))
                    .isEqualTo(rdd.repartition(13).map(String::valueOf).fold("", String::concat));
            assertThat(rdd.treeAggregate("", (all, n) -> all + n, String::concat, depth, true))
                    .isEqualTo(text);
            if (!numbers.isEmpty()) {
                assertThat(texts.treeReduce(String::concat, depth)).isEqualTo(text);
                assertThat(texts.repartition(13).treeReduce(String::concat, depth))
                        .isEqualTo(texts.repartition(13).reduce(String::concat));
            }
        });
        assertThatThrownBy(() -> context.<Integer>emptyRDD().treeReduce(Integer::sum))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("treeReduce() of an RDD without records; ask isEmpty() before");
        assertThat(context.<Integer>emptyRDD().treeAggregate(7, Integer::sum, Integer::sum))
                .isEqualTo(7);
    }

    @Test
    void shouldGiveEachPartitionAZeroValueOfItsOwn() {
        forSomeData(data -> {
            List<Integer> numbers = data.numbers();
            List<Integer> all = data.rdd(numbers)
                    .aggregate(new ArrayList<>(), RddActionsContract::with, RddActionsContract::withAll);
            assertThat(all).isEqualTo(numbers);
        });
        RDD<Integer> ten = context.parallelize(IntStream.range(0, 10).boxed().toList(), 3);
        Thread undeclared = new Thread();
        assertThatThrownBy(() -> ten.aggregate(undeclared, (a, n) -> a, (a, b) -> a))
                .hasMessageMatching(
                        "the zero value given to aggregate at RddActionsContract.java:\\d+ cannot be copied, and the"
                                + " function may change it: a value of type java.lang.Thread cannot be stored or sent: .*");
    }

    private static List<Integer> with(List<Integer> all, int n) {
        all.add(n);
        return all;
    }

    private static List<Integer> withAll(List<Integer> all, List<Integer> more) {
        all.addAll(more);
        return all;
    }

    @Test
    void shouldFindTheGreatestAndTheLeast() {
        forSomeData(data -> {
            List<Integer> numbers = data.numbers();
            RDD<Integer> rdd = data.rdd(numbers);
            int n = data.random.nextInt(20);
            List<Integer> ascending = numbers.stream().sorted().toList();
            List<Integer> descending =
                    numbers.stream().sorted(Comparator.reverseOrder()).toList();
            assertThat(rdd.takeOrdered(n)).isEqualTo(first(n, ascending));
            assertThat(rdd.top(n)).isEqualTo(first(n, descending));
            List<Integer> byDigit = numbers.stream().sorted(LAST_DIGIT).toList();
            assertThat(rdd.takeOrdered(n, LAST_DIGIT)).isEqualTo(first(n, byDigit));
            assertThat(rdd.takeOrdered(n, (a, b) -> Integer.compare(b, a))).isEqualTo(first(n, descending));
            assertThat(rdd.top(n, Comparator.reverseOrder())).isEqualTo(first(n, ascending));
            assertThat(rdd.top(n, Integer::compare)).isEqualTo(first(n, descending));
            if (!numbers.isEmpty()) {
                assertThat(rdd.min(LAST_DIGIT)).isEqualTo(byDigit.get(0));
                assertThat(rdd.min((a, b) -> Integer.compare(b, a))).isEqualTo(descending.get(0));
                assertThat(rdd.max(Comparator.naturalOrder())).isEqualTo(descending.get(0));
                assertThat(rdd.max(Integer::compare)).isEqualTo(descending.get(0));
            }
        });
        assertThatThrownBy(() -> context.parallelize(List.of(Tuple2.of(1, 2), Tuple2.of(1, 3)), 1)
                        .top(1))
                .hasMessageMatching(".*a value of type dev.millrace.Tuple2 has no natural order, which top at"
                        + " RddActionsContract.java:\\d+ needs; give it a comparator, or have the type implement"
                        + " Comparable");
    }

    private static <T> List<T> first(int n, List<T> all) {
        return all.subList(0, Math.min(n, all.size()));
    }

    @Test
    void shouldCountValues() {
        forSomeData(data -> {
            List<Integer> numbers = data.numbers();
            RDD<Integer> rdd = data.rdd(numbers);
            Map<Integer, Long> counts =
                    numbers.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
            assertThat(rdd.countByValue()).isEqualTo(counts);
            assertThat(rdd.countApprox(1).getFinalValue())
                    .isEqualTo(new BoundedDouble(numbers.size(), 1, numbers.size(), numbers.size()));
            assertThat(rdd.countByValueApprox(1).map(Map::size).initialValue()).isEqualTo(counts.size());
        });
    }

    @Test
    void shouldEstimateHowManyDifferentThereAre() {
        for (int n : new int[] {0, 1, 100, 5_000, 60_000}) {
            RDD<String> words = context.parallelize(
                            IntStream.range(0, 2 * n).boxed().toList(), 3)
                    .map(i -> "w" + i / 2);
            long estimate = words.countApproxDistinct(0.02);
            assertThat(estimate).isCloseTo(n, within((long) Math.ceil(n * 0.08)));
            assertThat(words.repartition(5).countApproxDistinct(0.02)).isEqualTo(estimate);
        }
        assertThatThrownBy(() -> context.<Integer>emptyRDD().countApproxDistinct(0.0001))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a relative standard deviation of 1.0E-4; it must be at least 0.0003, for which 16 MB are"
                        + " needed");
    }

    @Test
    void shouldGivePartitionByPartition() {
        forSomeData(data -> {
            List<Integer> numbers = data.numbers();
            RDD<Integer> rdd = data.rdd(numbers).repartition(4);
            List<List<Integer>> parts = rdd.glom().collect();
            List<Integer> all = new ArrayList<>();
            Iterator<Integer> iterator = rdd.toLocalIterator();
            iterator.forEachRemaining(all::add);
            assertThat(all).isEqualTo(rdd.collect());
            assertThat(rdd.collectPartitions(new int[] {2, 0, 2}))
                    .containsExactly(parts.get(2), parts.get(0), parts.get(2));
        });
    }

    @Test
    void shouldSampleAlikeForTheSameSeed() {
        RDD<Integer> many =
                context.parallelize(IntStream.range(0, 20_000).boxed().toList(), 5);
        for (boolean withReplacement : new boolean[] {false, true}) {
            List<Integer> sample = many.sample(withReplacement, 0.3, 42).collect();
            assertThat(sample).isSorted().hasSizeBetween(5_700, 6_300);
            assertThat(new HashSet<>(sample).size() < sample.size()).isEqualTo(withReplacement);
            assertThat(many.sample(withReplacement, 0.3, 42).collect()).isEqualTo(sample);
            assertThat(many.sample(withReplacement, 0.3, 43).collect()).isNotEqualTo(sample);
            List<Integer> taken = many.takeSample(withReplacement, 2_000, 7);
            assertThat(taken)
                    .hasSize(2_000)
                    .isNotEqualTo(taken.stream().sorted().toList());
            assertThat(new HashSet<>(taken).size() < 2_000).isEqualTo(withReplacement);
            assertThat(many.takeSample(withReplacement, 2_000, 7)).isEqualTo(taken);
            assertThat(taken.stream().mapToInt(n -> n).average().orElseThrow()).isBetween(9_400.0, 10_600.0);
        }
        List<List<Integer>> unseeded = IntStream.range(0, 2)
                .mapToObj(i -> many.sample(false, 0.3).collect())
                .toList();
        assertThat(unseeded.get(0)).isEqualTo(unseeded.get(1));
        assertThat(many.takeSample(false, 30_000)).containsExactlyInAnyOrderElementsOf(many.collect());
        assertThat(context.<Integer>emptyRDD().takeSample(true, 3)).isEmpty();
    }

    @Test
    void shouldSplitByWeights() {
        RDD<Integer> many =
                context.parallelize(IntStream.range(0, 20_000).boxed().toList(), 5);
        RDD<Integer>[] parts = many.randomSplit(new double[] {1, 2, 1}, 11);
        List<Integer> all = new ArrayList<>();
        for (RDD<Integer> part : parts) {
            assertThat(part.collect()).isSorted();
            all.addAll(part.collect());
        }
        assertThat(all).containsExactlyInAnyOrderElementsOf(many.collect());
        assertThat(parts[1].count()).isBetween(9_500L, 10_500L);
        assertThatThrownBy(() -> many.randomSplit(new double[] {1, -1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "randomSplit at .* by the weights \\[1.0, -1.0]; none may be negative, and one must be"
                                + " positive");
        assertThatThrownBy(() -> many.sample(false, 1.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "sample at .* of a fraction of 1.5; it must be at least 0, and at most 1 without replacement");
    }

    @Test
    void shouldDescribeNumbers() {
        forSomeData(data -> {
            List<Double> numbers = data.numbers().stream().map(n -> n / 4.0).toList();
            DoubleRDD rdd = data.rdd(numbers).mapToDouble(n -> n);
            StatCounter stats = rdd.stats();
            double sum = numbers.stream().mapToDouble(n -> n).sum();
            double mean = sum / numbers.size();
            double squares =
                    numbers.stream().mapToDouble(n -> (n - mean) * (n - mean)).sum();
            assertThat(stats.count()).isEqualTo(numbers.size());
            assertThat(rdd.sum()).isEqualTo(sum);
            if (numbers.size() > 1) {
                assertThat(rdd.mean()).isCloseTo(mean, within(1e-9));
                assertThat(rdd.variance()).isCloseTo(squares / numbers.size(), within(1e-9));
                assertThat(rdd.sampleStdev()).isCloseTo(Math.sqrt(squares / (numbers.size() - 1)), within(1e-9));
                assertThat(rdd.max())
                        .isEqualTo(numbers.stream().max(Double::compare).orElseThrow());
                assertThat(rdd.min()).isEqualTo(stats.min());
                assertThat(rdd.meanApprox(1).getFinalValue().low()).isEqualTo(rdd.mean());
            }
        });
    }

    @Test
    void shouldCountNumbersByRanges() {
        forSomeData(data -> {
            List<Double> numbers = data.numbers().stream().map(n -> n / 4.0).toList();
            DoubleRDD rdd = data.rdd(numbers).mapToDouble(n -> n);
            double[] ends = {0, 1, 2.5, 7};
            long[] counts = new long[3];
            for (double n : numbers) {
                for (int i = 0; i < 3; i++) {
                    counts[i] += ends[i] <= n && (n < ends[i + 1] || (i == 2 && n == ends[3])) ? 1 : 0;
                }
            }
            assertThat(rdd.histogram(ends)).isEqualTo(counts);
            if (!numbers.isEmpty()) {
                Tuple2<double[], long[]> even = rdd.histogram(4);
                assertThat(even._2()).isEqualTo(rdd.histogram(even._1(), true));
                assertThat(IntStream.range(0, even._2().length)
                                .mapToLong(i -> even._2()[i])
                                .sum())
                        .isEqualTo(numbers.size());
                assertThat(even._1()[0]).isEqualTo(rdd.min());
                assertThat(even._1()[even._1().length - 1]).isEqualTo(rdd.max());
            }
        });
        DoubleRDD none = context.<Integer>emptyRDD().mapToDouble(n -> n);
        assertThatThrownBy(() -> none.histogram(3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "a histogram of no numbers has no ranges; ask isEmpty() before, or give the ends of the ranges");
        assertThatThrownBy(() -> none.histogram(new double[] {2, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a histogram with the ends [2.0, 1.0]; there must be at least two, in ascending order");
    }

    @Test
    void shouldDrawTheLineage() {
        RDD<Integer> numbers = context.parallelize(List.of(3, 1, 2), 2).setName("numbers");
        RDD<Integer> drawn = numbers.map(n -> n + 1).distinct(3).union(numbers);
        assertThat(drawn.toDebugString().replaceAll(" at RddActionsContract.java:\\d+\n", "\n"))
                .isEqualTo("""
                        (5) union
                        |-(3) distinct
                        | (3) distinct
                        | +-(2) distinct
                        |   (2) map
                        |   (2) parallelize
                        |-(2) parallelize
                        """);
        assertThat(numbers.name()).isEqualTo("numbers");
        assertThat(numbers.toString())
                .matches("numbers: parallelize at RddActionsContract.java:\\d+ \\(2 partitions\\)");
    }
}
