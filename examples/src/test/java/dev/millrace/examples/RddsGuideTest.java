/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.StatCounter;
import dev.millrace.rdd.StorageLevels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The code of docs/guide/rdds.md. */
class RddsGuideTest {
    record Order(String customer, double amount) {}

    private final MillraceContext context = new MillraceContext(new MillraceConf().setMaster("local[2]"));
    private final RDD<Order> orders =
            context.parallelize(List.of(new Order("c", 3), new Order("a", 1), new Order("b", 7), new Order("c", 2)), 2);

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void shouldTellOfCustomers() {
        PairRDD<String, Double> totals = orders.mapToPair(order -> Tuple2.of(order.customer(), order.amount()))
                .reduceByKey(Double::sum)
                .persist(StorageLevels.MEMORY_AND_DISK);
        List<Tuple2<String, Double>> best = totals.takeOrdered(2, (a, b) -> Double.compare(b._2(), a._2()));
        List<Tuple2<String, Double>> byName = totals.sortByKey().collect();
        StatCounter amounts = totals.mapToDouble(Tuple2::_2).stats();
        assertThat(best).containsExactly(Tuple2.of("b", 7.0), Tuple2.of("c", 5.0));
        assertThat(byName).containsExactly(Tuple2.of("a", 1.0), Tuple2.of("b", 7.0), Tuple2.of("c", 5.0));
        assertThat(amounts.sum()).isEqualTo(13);
    }

    @Test
    void shouldGatherAmounts() {
        Map<String, ArrayList<Double>> amounts = orders.mapToPair(order -> Tuple2.of(order.customer(), order.amount()))
                .aggregateByKey(new ArrayList<Double>(), RddsGuideTest::with, RddsGuideTest::withAll)
                .collectAsMap();
        assertThat(amounts.get("c")).containsExactly(3.0, 2.0);
    }

    private static ArrayList<Double> with(ArrayList<Double> all, double amount) {
        all.add(amount);
        return all;
    }

    private static ArrayList<Double> withAll(ArrayList<Double> all, ArrayList<Double> more) {
        all.addAll(more);
        return all;
    }

    @Test
    void shouldReadARange() {
        PairRDD<Integer, String> visits = context.parallelize(
                        IntStream.range(0, 100).boxed().toList(), 5)
                .mapToPair(n -> Tuple2.of(n * 37 % 100, "visit " + n * 37 % 100));
        PairRDD<Integer, String> sorted = visits.sortByKey((a, b) -> Integer.compare(b, a), true, 4);
        List<String> between = sorted.filterByRange((a, b) -> Integer.compare(b, a), 30, 10)
                .values()
                .collect();
        assertThat(between).hasSize(21).startsWith("visit 30").endsWith("visit 10");
    }

    @Test
    void shouldDrawAlike() {
        RDD<Integer> numbers =
                context.parallelize(IntStream.range(0, 1000).boxed().toList(), 3);
        RDD<Integer>[] parts = numbers.randomSplit(new double[] {0.8, 0.2}, 42);
        List<Integer> some = numbers.takeSample(false, 3, 7);
        assertThat(parts[0].count() + parts[1].count()).isEqualTo(1000);
        assertThat(some).hasSize(3).isEqualTo(numbers.takeSample(false, 3, 7));
    }

    @Test
    void shouldAskACommand() {
        RDD<String> words = context.parallelize(List.of("a", "b"), 2);
        List<String> loud = words.pipe(List.of("tr", "a-z", "A-Z")).collect();
        assertThat(loud).containsExactly("A", "B");
    }

    @Test
    void shouldDrawTheLineage() {
        String drawn = context.parallelize(List.of(1), 4)
                .mapToPair(n -> Tuple2.of(n, n))
                .reduceByKey(Integer::sum)
                .toDebugString();
        assertThat(drawn.replaceAll(" at RddsGuideTest.java:\\d+", ""))
                .isEqualTo("(2) reduceByKey\n+-(4) mapToPair\n  (4) parallelize\n");
    }
}
