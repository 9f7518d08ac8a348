/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Tuple2;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.Partition;
import dev.millrace.rdd.RDD;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The operations that make datasets give on each engine what plain collections give, on random data. */
abstract class RddOperationsContract extends RddContract {
    @Test
    void shouldMakeRecordsOfPartitionsByTheirNumber() {
        forSomeData(data -> {
            List<Integer> numbers = data.numbers();
            RDD<Integer> rdd = data.rdd(numbers);
            RDD<Integer> both = rdd.union(rdd.coalesce(2));
            List<List<Integer>> parts = both.glom().collect();
            List<Tuple2<Integer, Integer>> expected = new ArrayList<>();
            for (int p = 0; p < parts.size(); p++) {
                for (int n : parts.get(p)) {
                    expected.add(Tuple2.of(p, n));
                }
            }
            assertThat(both.mapPartitionsWithIndex(RddOperationsContract::numbered, false)
                            .collect())
                    .isEqualTo(expected);
            assertThat(both.mapPartitionsToPair(records -> numbered(7, records))
                            .values()
                            .collect())
                    .isEqualTo(both.collect());
            assertThat(both.partitions())
                    .isEqualTo(IntStream.range(0, parts.size())
                            .mapToObj(Partition::new)
                            .toList());
        });
    }

    private static <T> Iterator<Tuple2<Integer, T>> numbered(int partition, Iterator<T> records) {
        List<Tuple2<Integer, T>> numbered = new ArrayList<>();
        records.forEachRemaining(value -> numbered.add(Tuple2.of(partition, value)));
        return numbered.iterator();
    }

    @Test
    void shouldRepartitionEvenlyAndAlwaysAlike() {
        forSomeData(data -> {
            List<Integer> numbers = data.numbers();
            RDD<Integer> rdd = data.rdd(numbers);
            int partitions = data.partitions();
            List<List<Integer>> parts = rdd.repartition(partitions).glom().collect();
            assertThat(parts).hasSize(partitions);
            assertThat(parts.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(numbers);
            int most = parts.stream().mapToInt(List::size).max().orElseThrow();
            int least = parts.stream().mapToInt(List::size).min().orElseThrow();
            assertThat(most - least).isLessThanOrEqualTo(rdd.getNumPartitions());
            assertThat(rdd.coalesce(partitions, true).glom().collect()).isEqualTo(parts);
        });
    }

    @Test
    void shouldGiveTheSetsThatPlainCollectionsGive() {
        forSomeData(data -> {
            List<Integer> left = data.numbers();
            List<Integer> right = data.numbers();
            RDD<Integer> one = data.rdd(left);
            RDD<Integer> other = data.rdd(right);
            Set<Integer> distinct = new LinkedHashSet<>(left);
            assertThat(one.distinct(1).collect()).containsExactlyElementsOf(distinct);
            assertThat(one.distinct().collect()).containsExactlyInAnyOrderElementsOf(distinct);
            assertThat(one.distinct(3).getNumPartitions()).isEqualTo(3);
            Set<Integer> common = new LinkedHashSet<>(left);
            common.retainAll(right);
            assertThat(one.intersection(other).collect()).containsExactlyInAnyOrderElementsOf(common);
            List<Integer> rest = new ArrayList<>();
            distinct.forEach(n -> left.stream()
                    .filter(each -> each.equals(n) && !right.contains(n))
                    .forEach(rest::add));
            assertThat(one.subtract(other, new HashPartitioner(1)).collect()).isEqualTo(rest);
            assertThat(one.subtract(other).collect()).containsExactlyInAnyOrderElementsOf(rest);
            assertThat(one.subtract(other, 4).getNumPartitions()).isEqualTo(4);
        });
    }

    @Test
    void shouldGroupByAFunction() {
        forSomeData(data -> {
            List<Integer> numbers = data.numbers();
            Map<Integer, List<Integer>> groups = new LinkedHashMap<>();
            numbers.forEach(
                    n -> groups.computeIfAbsent(n % 7, key -> new ArrayList<>()).add(n));
            assertThat(data.rdd(numbers).groupBy(n -> n % 7).collectAsMap()).isEqualTo(groups);
            assertThat(data.rdd(numbers).keyBy(n -> n % 7).groupByKey(2).collectAsMap())
                    .isEqualTo(groups);
        });
    }

    @Test
    void shouldPairEachWithEach() {
        forSomeData(data -> {
            RDD<Integer> left = data.rdd(data.numbers().stream().limit(20).toList());
            RDD<String> right = data.rdd(data.numbers().stream().limit(20).toList())
                    .filter(n -> n % 3 != 0)
                    .map(n -> "r" + n);
            List<Tuple2<Integer, String>> expected = new ArrayList<>();
            for (List<Integer> first : left.glom().collect()) {
                for (List<String> second : right.glom().collect()) {
                    first.forEach(a -> second.forEach(b -> expected.add(Tuple2.of(a, b))));
                }
            }
            assertThat(left.cartesian(right).collect()).isEqualTo(expected);
            assertThat(left.cartesian(context.<Integer>emptyRDD()).collect()).isEmpty();
            assertThat(context.<Integer>emptyRDD().cartesian(left).collect()).isEmpty();
        });
    }

    @Test
    void shouldZipWithRecordsAndWithNumbers() {
        forSomeData(data -> {
            List<Integer> numbers = data.numbers();
            RDD<Integer> rdd = data.rdd(numbers);
            List<Tuple2<Integer, String>> zipped =
                    numbers.stream().map(n -> Tuple2.of(n, "n" + n)).toList();
            assertThat(rdd.zip(rdd.map(n -> "n" + n)).collect()).isEqualTo(zipped);
            assertThat(rdd.zipPartitions(rdd.filter(n -> n > 9), RddOperationsContract::counts)
                            .collect())
                    .isEqualTo(rdd.glom().collect().stream()
                            .map(part -> Tuple2.of(part.size(), (int)
                                    part.stream().filter(n -> n > 9).count()))
                            .toList());
            List<Tuple2<Integer, Long>> numbered = IntStream.range(0, numbers.size())
                    .mapToObj(i -> Tuple2.of(numbers.get(i), (long) i))
                    .toList();
            assertThat(rdd.zipWithIndex().collect()).isEqualTo(numbered);
            List<Tuple2<Integer, Long>> ids = new ArrayList<>();
            List<List<Integer>> parts = rdd.glom().collect();
            for (int p = 0; p < parts.size(); p++) {
                for (int i = 0; i < parts.get(p).size(); i++) {
                    ids.add(Tuple2.of(parts.get(p).get(i), (long) i * parts.size() + p));
                }
            }
            assertThat(rdd.zipWithUniqueId().collect()).isEqualTo(ids);
        });
    }

    private static <A, B> Iterator<Tuple2<Integer, Integer>> counts(Iterator<A> first, Iterator<B> second) {
        int[] counts = new int[2];
        first.forEachRemaining(value -> counts[0]++);
        second.forEachRemaining(value -> counts[1]++);
        return List.of(Tuple2.of(counts[0], counts[1])).iterator();
    }

    @Test
    void shouldRefuseToZipWhatIsNotOfTheSameLength() {
        RDD<Integer> ten = context.parallelize(IntStream.range(0, 10).boxed().toList(), 2);
        PairRDD<Integer, Integer> uneven = ten.zip(ten.filter(n -> n != 3));
        String line = Failing.lineAbove();
        assertThatThrownBy(uneven::collect)
                .hasMessageContaining(
                        "a partition of the first dataset has more records than that of the other, given to"
                                + " zip at " + line
                                + "; zip datasets that were made of one by operations that keep each record, or"
                                + " join them by a key");
        assertThatThrownBy(() -> ten.zip(ten.coalesce(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "zip at .* of 2 partitions with 1; both sides must have as many: repartition one of them");
    }

    @Test
    void shouldGivePairsOfPairsAndKeepTheirLayout() {
        forSomeData(data -> {
            List<Tuple2<Integer, String>> pairs = data.pairs();
            PairRDD<Integer, String> rdd = data.pairRdd(pairs).partitionBy(new HashPartitioner(3));
            PairRDD<Integer, String> doubled =
                    rdd.flatMapValues(v -> List.of(v, v + v).iterator());
            assertThat(doubled.partitioner()).contains(new HashPartitioner(3));
            assertThat(doubled.collect())
                    .isEqualTo(rdd.collect().stream()
                            .flatMap(pair -> Stream.of(pair, Tuple2.of(pair._1(), pair._2() + pair._2())))
                            .toList());
            PairRDD<Integer, String> both =
                    rdd.union(rdd.coalesce(1)).distinct().subtract(rdd.filter(pair -> pair._1() % 2 == 0));
            assertThat(both.keys().collect())
                    .containsExactlyInAnyOrderElementsOf(pairs.stream()
                            .distinct()
                            .map(Tuple2::_1)
                            .filter(key -> key % 2 != 0)
                            .toList());
            assertThat(rdd.mapPartitions(records -> records, true).partitioner())
                    .contains(new HashPartitioner(3));
            assertThat(rdd.mapPartitions(records -> records).partitioner()).isEmpty();
        });
    }

    @Test
    void shouldMakeNumbers() {
        forSomeData(data -> {
            List<Integer> numbers = data.numbers();
            List<Double> halves = numbers.stream().map(n -> n / 2.0).toList();
            RDD<Integer> rdd = data.rdd(numbers);
            assertThat(rdd.mapToDouble(n -> n / 2.0).collect()).isEqualTo(halves);
            assertThat(rdd.flatMapToDouble(n -> List.of(n / 2.0).iterator()).collect())
                    .isEqualTo(halves);
            assertThat(rdd.mapPartitionsToDouble(records -> rest(records).iterator())
                            .filter(n -> n > 1)
                            .distinct()
                            .collect())
                    .containsExactlyInAnyOrderElementsOf(
                            halves.stream().filter(n -> n > 1).distinct().toList());
        });
    }

    private static List<Double> rest(Iterator<Integer> records) {
        List<Double> halves = new ArrayList<>();
        records.forEachRemaining(n -> halves.add(n / 2.0));
        return halves;
    }

    @Test
    @Timeout(60)
    void shouldPipePartitionsThroughACommand() {
        forSomeData(data -> {
            List<Integer> numbers = data.numbers();
            RDD<Integer> rdd = data.rdd(numbers);
            assertThat(rdd.pipe("cat").collect())
                    .isEqualTo(numbers.stream().map(String::valueOf).toList());
            assertThat(rdd.pipe(List.of("sh", "-c", "cat; echo $ADDED"), Map.of("ADDED", "ü"))
                            .filter(line -> line.equals("ü"))
                            .count())
                    .isEqualTo(rdd.getNumPartitions());
        });
        RDD<Integer> many =
                context.parallelize(IntStream.range(0, 50_000).boxed().toList(), 2);
        assertThat(many.pipe(List.of("head", "-n", "2"), Map.of(), true, 100).collect())
                .containsExactly("0", "1", "25000", "25001");
    }

    @Test
    @Timeout(60)
    void shouldNameTheCommandThatFails() {
        RDD<Integer> numbers = context.parallelize(List.of(1), 1);
        RDD<String> failing = numbers.pipe(List.of("sh", "-c", "exit 3"));
        String line = Failing.lineAbove();
        assertThatThrownBy(failing::collect)
                .hasMessageContaining("the command [sh, -c, exit 3] given to pipe at " + line
                        + " ended with exit status 3; read what it wrote to standard error, and correct it");
        assertThatThrownBy(() -> numbers.pipe("no-such-command").collect())
                .hasMessageContaining("the command [no-such-command] given to pipe at RddOperationsContract.java:")
                .hasMessageContaining(" cannot be started: ")
                .hasMessageContaining("; install it where tasks run, or correct it");
    }
}
