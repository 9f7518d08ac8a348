/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Tuple2;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.LongAccumulator;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.Partitioner;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.RangePartitioner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The operations by key, and sorting, give on each engine what plain collections give, on random data. */
abstract class PairRddContract extends RddContract {
    private static <V> Map<Integer, List<V>> groups(List<Tuple2<Integer, V>> pairs) {
        return pairs.stream()
                .collect(Collectors.groupingBy(Tuple2::_1, Collectors.mapping(Tuple2::_2, Collectors.toList())));
    }

    private static <V, R> Map<Integer, R> ofGroups(
            List<Tuple2<Integer, V>> pairs, java.util.function.Function<List<V>, R> function) {
        Map<Integer, R> results = new HashMap<>();
        groups(pairs).forEach((key, values) -> results.put(key, function.apply(values)));
        return results;
    }

    @Test
    void shouldAggregateByKeyInOrderOfArrival() {
        forSomeData(data -> {
            List<Tuple2<Integer, String>> pairs = data.pairs();
            PairRDD<Integer, String> rdd = data.pairRdd(pairs);
            int partitions = data.partitions();
            Map<Integer, List<String>> groups = groups(pairs);
            Map<Integer, String> joined = ofGroups(pairs, values -> String.join("", values));
            assertThat(rdd.aggregateByKey(
                                    new ArrayList<String>(),
                                    partitions,
                                    PairRddContract::with,
                                    PairRddContract::withAll)
                            .collectAsMap())
                    .isEqualTo(groups);
            assertThat(rdd.combineByKey(
                                    PairRddContract::listOf,
                                    PairRddContract::with,
                                    PairRddContract::withAll,
                                    partitions)
                            .collectAsMap())
                    .isEqualTo(groups);
            assertThat(rdd.combineByKey(PairRddContract::listOf, PairRddContract::with, PairRddContract::withAll)
                            .collectAsMap())
                    .isEqualTo(groups);
            assertThat(rdd.foldByKey("", String::concat).collectAsMap()).isEqualTo(joined);
            assertThat(rdd.mapValues(PairRddContract::listOf)
                            .foldByKey(new ArrayList<>(), new HashPartitioner(3), PairRddContract::withAll)
                            .collectAsMap())
                    .isEqualTo(groups);
            assertThat(rdd.reduceByKeyLocally(String::concat)).isEqualTo(joined);
            assertThat(rdd.reduceByKey(new HashPartitioner(2), String::concat).collectAsMap())
                    .isEqualTo(joined);
            assertThat(rdd.countByKey()).isEqualTo(ofGroups(pairs, values -> (long) values.size()));
            assertThat(rdd.countByKeyApprox(5).getFinalValue()).hasSameSizeAs(groups);
            assertThat(rdd.countApproxDistinctByKey(0.05).collectAsMap())
                    .isEqualTo(
                            ofGroups(pairs, values -> values.stream().distinct().count()));
        });
    }

    private static List<String> listOf(String value) {
        return new ArrayList<>(List.of(value));
    }

    private static List<String> with(List<String> all, String value) {
        all.add(value);
        return all;
    }

    private static List<String> withAll(List<String> all, List<String> more) {
        all.addAll(more);
        return all;
    }

    @Test
    void shouldFindTheValuesOfAKeyInItsPartition() {
        forSomeData(data -> {
            List<Tuple2<Integer, String>> pairs = data.pairs();
            LongAccumulator read = context.longAccumulator("read");
            PairRDD<Integer, String> rdd = data.pairRdd(pairs);
            PairRDD<Integer, String> laidOut = rdd.partitionBy(new HashPartitioner(4))
                    .mapValues(value -> {
                        read.add(1);
                        return value;
                    });
            int key = data.random.nextInt(20);
            List<String> values = groups(pairs).getOrDefault(key, List.of());
            assertThat(rdd.lookup(key)).isEqualTo(values);
            assertThat(laidOut.lookup(key)).isEqualTo(values);
            assertThat(read.value())
                    .isEqualTo(pairs.stream()
                            .filter(pair -> pair._1() % 4 == key % 4)
                            .count());
        });
    }

    @Test
    void shouldSortAsAStableSortDoes() {
        forSomeData(data -> {
            List<Tuple2<Integer, String>> pairs = data.pairs();
            PairRDD<Integer, String> rdd = data.pairRdd(pairs);
            int partitions = data.partitions();
            Comparator<Tuple2<Integer, String>> byKey = Comparator.comparing(Tuple2::_1);
            List<Tuple2<Integer, String>> ascending =
                    pairs.stream().sorted(byKey).toList();
            List<Tuple2<Integer, String>> descending =
                    pairs.stream().sorted(byKey.reversed()).toList();
            assertThat(rdd.sortByKey().collect()).isEqualTo(ascending);
            assertThat(rdd.sortByKey(false).collect()).isEqualTo(descending);
            assertThat(rdd.sortByKey(true, partitions).getNumPartitions()).isLessThanOrEqualTo(partitions);
            assertThat(rdd.sortByKey((a, b) -> b - a, true, partitions).collect())
                    .isEqualTo(descending);
            assertThat(rdd.sortByKey(Comparator.reverseOrder(), true, partitions)
                            .collect())
                    .isEqualTo(descending);
            assertThat(rdd.sortByKey((a, b) -> b - a, false).collect()).isEqualTo(ascending);
            assertThat(rdd.sortByKey(Comparator.naturalOrder(), false).collect())
                    .isEqualTo(descending);
            assertThat(rdd.sortByKey((a, b) -> b - a).collect())
                    .isEqualTo(rdd.sortByKey(Comparator.reverseOrder()).collect())
                    .isEqualTo(descending);
            RDD<Integer> numbers = rdd.keys();
            assertThat(numbers.sortBy(n -> "" + n % 7, true, partitions).collect())
                    .isEqualTo(numbers.collect().stream()
                            .sorted(Comparator.comparing(n -> "" + n % 7))
                            .toList());
        });
    }

    @Test
    void shouldPutAlmostAsManyPairsIntoEachRange() {
        PairRDD<Integer, Integer> many = context.parallelize(
                        IntStream.range(0, 30_000).boxed().toList(), 6)
                .mapToPair(n -> Tuple2.of(n * 7919 % 30_011, n));
        PairRDD<Integer, Integer> sorted = many.sortByKey(true, 5);
        assertThat(sorted.getNumPartitions()).isEqualTo(5);
        assertThat(sorted.keys().collect()).isSorted();
        assertThat(sorted.glom().map(List::size).collect())
                .allSatisfy(size -> assertThat(size).isBetween(4_000, 8_000));
        Partitioner ranges = new RangePartitioner<>(5, many);
        assertThat(sorted.partitioner()).contains(ranges);
        assertThat(sorted.partitionBy(ranges)).isSameAs(sorted);
        assertThat(new RangePartitioner<>(5, many, false)).isNotEqualTo(ranges);
        assertThat(new RangePartitioner<>(5, many, true, Comparator.naturalOrder()).numPartitions())
                .isEqualTo(new RangePartitioner<>(5, many, false, (a, b) -> b - a).numPartitions());
    }

    @Test
    void shouldReadOnlyTheRangesThatAreAskedFor() {
        forSomeData(data -> {
            List<Tuple2<Integer, String>> pairs = data.pairs();
            PairRDD<Integer, String> rdd = data.pairRdd(pairs);
            int lower = data.random.nextInt(30);
            int upper = lower + data.random.nextInt(20) - 2;
            List<Tuple2<Integer, String>> between = pairs.stream()
                    .filter(pair -> lower <= pair._1() && pair._1() <= upper)
                    .toList();
            assertThat(rdd.filterByRange(lower, upper).collect()).isEqualTo(between);
            assertThat(rdd.filterByRange(Comparator.naturalOrder(), lower, upper)
                            .collect())
                    .isEqualTo(between);
            assertThat(rdd.filterByRange((a, b) -> b - a, upper, lower).collect())
                    .isEqualTo(between);
            for (boolean ascending : new boolean[] {true, false}) {
                LongAccumulator read = context.longAccumulator("read");
                PairRDD<Integer, String> sorted = rdd.sortByKey(ascending, 5).mapValues(value -> {
                    read.add(1);
                    return value;
                });
                assertThat(sorted.filterByRange(lower, upper).collect()).containsExactlyInAnyOrderElementsOf(between);
                if (sorted.getNumPartitions() == 5 && upper - lower < 3) {
                    assertThat(read.value()).isLessThan(pairs.size());
                }
            }
        });
    }

    @Test
    void shouldSortWithinPartitions() {
        forSomeData(data -> {
            List<Tuple2<Integer, String>> pairs = data.pairs();
            List<List<Tuple2<Integer, String>>> expected = new ArrayList<>();
            for (int p = 0; p < 3; p++) {
                int partition = p;
                expected.add(pairs.stream()
                        .filter(pair -> pair._1() % 3 == partition)
                        .sorted(Comparator.comparing(Tuple2::_1))
                        .toList());
            }
            PairRDD<Integer, String> rdd = PairRDD.of(data.rdd(pairs));
            Partitioner three = new HashPartitioner(3);
            assertThat(rdd.repartitionAndSortWithinPartitions(three).glom().collect())
                    .isEqualTo(expected);
            assertThat(rdd.repartitionAndSortWithinPartitions(three, Comparator.naturalOrder())
                            .glom()
                            .collect())
                    .isEqualTo(expected);
            assertThat(rdd.repartitionAndSortWithinPartitions(three, Integer::compare)
                            .glom()
                            .collect())
                    .isEqualTo(expected);
        });
    }

    @Test
    void shouldNameTheOperatorWhenKeysCannotBeCompared() {
        PairRDD<List<Integer>, Integer> pairs =
                context.parallelizePairs(List.of(Tuple2.of(List.of(1), 1), Tuple2.of(List.of(2), 2)), 1);
        assertThatThrownBy(() -> pairs.sortByKey(true, 2))
                .hasMessageMatching(
                        "a value of type java\\.util\\..* has no natural order, which sortByKey at"
                                + " PairRddContract.java:\\d+ needs; give it a comparator, or have the type implement Comparable");
        assertThatThrownBy(() -> pairs.sortByKey(
                        (a, b) -> {
                            throw new IllegalStateException("no order");
                        },
                        true,
                        2))
                .hasMessageMatching("the function given to sortByKey at PairRddContract.java:\\d+ threw"
                        + " java.lang.IllegalStateException: no order; .*");
    }

    @Test
    void shouldSampleByKey() {
        PairRDD<String, Integer> many = context.parallelize(
                        IntStream.range(0, 9_000).boxed().toList(), 4)
                .mapToPair(n -> Tuple2.of(n % 3 == 0 ? "a" : "b", n));
        Map<String, Double> fractions = Map.of("a", 0.1, "b", 0.5);
        for (boolean withReplacement : new boolean[] {false, true}) {
            List<Tuple2<String, Integer>> sample =
                    many.sampleByKey(withReplacement, fractions, 3).collect();
            Map<String, Long> counts =
                    sample.stream().collect(Collectors.groupingBy(Tuple2::_1, Collectors.counting()));
            assertThat(counts.get("a")).isBetween(220L, 380L);
            assertThat(counts.get("b")).isBetween(2_800L, 3_200L);
            assertThat(many.sampleByKey(withReplacement, fractions, 3).collect())
                    .isEqualTo(sample);
            List<Tuple2<String, Integer>> exact =
                    many.sampleByKeyExact(withReplacement, fractions, 3).collect();
            assertThat(exact.stream().collect(Collectors.groupingBy(Tuple2::_1, Collectors.counting())))
                    .isEqualTo(Map.of("a", 300L, "b", 3_000L));
            assertThat(exact.stream().map(Tuple2::_2).toList()).isSorted();
            assertThat(exact.stream().distinct().count() < 3_300).isEqualTo(withReplacement);
            assertThat(exact.stream().mapToInt(Tuple2::_2).average().orElseThrow())
                    .isBetween(4_300.0, 4_700.0);
        }
        assertThatThrownBy(() -> many.sampleByKey(false, Map.of("a", 0.1), 3).count())
                .hasMessageContaining("have none for the key b; give each key that there is one of at least 0");
    }

    @Test
    void shouldSortKeysThatHaveNoHash() {
        PairRDD<byte[], Integer> pairs = context.parallelize(
                        IntStream.range(0, 100).boxed().toList(), 3)
                .mapToPair(n -> Tuple2.of(new byte[] {(byte) (n * 37 % 100)}, n * 37 % 100));
        assertThat(pairs.sortByKey((a, b) -> a[0] - b[0], true, 4).values().collect())
                .isEqualTo(IntStream.range(0, 100).boxed().toList());
    }
}
