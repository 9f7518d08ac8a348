/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.Tuple3;
import dev.millrace.Tuple4;
import dev.millrace.internal.lineage.RddAccess;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.ShuffleNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Joins and cogroups of datasets: the pairs, their order, and what is moved. */
class JoinsTest {
    private final MillraceContext context = new MillraceContext(new MillraceConf().setMaster("local[3]"));
    private final PairRDD<String, Integer> left = pairs("b", 1, "a", 2, "b", 3, "c", 4);
    private final PairRDD<String, Integer> right = pairs("d", 10, "a", 20, "b", 30, "b", 40);

    @AfterEach
    void close() {
        context.close();
    }

    private PairRDD<String, Integer> pairs(Object... keysAndValues) {
        List<Tuple2<String, Integer>> pairs = new ArrayList<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            pairs.add(Tuple2.of((String) keysAndValues[i], (Integer) keysAndValues[i + 1]));
        }
        return context.parallelizePairs(pairs, 2);
    }

    private static <V> Tuple2<String, V> of(String key, V value) {
        return Tuple2.of(key, value);
    }

    @Test
    void shouldJoinInOrderOfTheLeftKeysThenTheLeftValuesThenTheRightOnes() {
        assertThat(left.join(right, 1).collect())
                .containsExactly(
                        of("b", Tuple2.of(1, 30)),
                        of("b", Tuple2.of(1, 40)),
                        of("b", Tuple2.of(3, 30)),
                        of("b", Tuple2.of(3, 40)),
                        of("a", Tuple2.of(2, 20)));
    }

    @Test
    void shouldKeepKeysOfTheLeftSideOfTheRightSideAndOfBoth() {
        List<Tuple2<String, Tuple2<Integer, Optional<Integer>>>> leftOuter =
                left.leftOuterJoin(right, 1).collect();
        assertThat(leftOuter)
                .containsExactly(
                        of("b", Tuple2.of(1, Optional.of(30))),
                        of("b", Tuple2.of(1, Optional.of(40))),
                        of("b", Tuple2.of(3, Optional.of(30))),
                        of("b", Tuple2.of(3, Optional.of(40))),
                        of("a", Tuple2.of(2, Optional.of(20))),
                        of("c", Tuple2.of(4, Optional.empty())));
        assertThat(left.rightOuterJoin(right, 1).collect())
                .containsExactly(
                        of("b", Tuple2.of(Optional.of(1), 30)),
                        of("b", Tuple2.of(Optional.of(1), 40)),
                        of("b", Tuple2.of(Optional.of(3), 30)),
                        of("b", Tuple2.of(Optional.of(3), 40)),
                        of("a", Tuple2.of(Optional.of(2), 20)),
                        of("d", Tuple2.of(Optional.empty(), 10)));
        assertThat(left.filter(pair -> !pair._1().equals("b"))
                        .fullOuterJoin(right, 1)
                        .collect())
                .containsExactly(
                        of("a", Tuple2.of(Optional.of(2), Optional.of(20))),
                        of("c", Tuple2.of(Optional.of(4), Optional.empty())),
                        of("d", Tuple2.of(Optional.empty(), Optional.of(10))),
                        of("b", Tuple2.of(Optional.empty(), Optional.of(30))),
                        of("b", Tuple2.of(Optional.empty(), Optional.of(40))));
    }

    @Test
    void shouldPutTheValuesOfTwoThreeAndFourDatasetsIntoLists() {
        PairRDD<String, Integer> third = pairs("a", 7, "e", 8);
        assertThat(left.cogroup(right, 1).collect())
                .containsExactly(
                        of("b", Tuple2.of(List.of(1, 3), List.of(30, 40))),
                        of("a", Tuple2.of(List.of(2), List.of(20))),
                        of("c", Tuple2.of(List.of(4), List.of())),
                        of("d", Tuple2.of(List.of(), List.of(10))));
        assertThat(left.cogroup(right, third, 1).collect())
                .contains(
                        of("a", new Tuple3<>(List.of(2), List.of(20), List.of(7))),
                        of("e", new Tuple3<>(List.of(), List.of(), List.of(8))))
                .hasSize(5);
        assertThat(left.cogroup(right, third, left, 1).collect())
                .contains(
                        of("b", new Tuple4<>(List.of(1, 3), List.of(30, 40), List.of(), List.of(1, 3))),
                        of("e", new Tuple4<>(List.of(), List.of(), List.of(8), List.of())))
                .hasSize(5);
        assertThat(left.groupWith(right).collect())
                .containsExactlyElementsOf(left.cogroup(right).collect());
        assertThat(left.groupWith(right, third).collect())
                .containsExactlyElementsOf(left.cogroup(right, third).collect());
        assertThat(left.groupWith(right, third, left).collect())
                .containsExactlyElementsOf(left.cogroup(right, third, left).collect());
    }

    @Test
    void shouldGiveThePairsWhoseKeysTheOtherDatasetDoesNotHave() {
        assertThat(left.subtractByKey(right, 1).collect()).containsExactly(of("c", 4));
        assertThat(left.subtractByKey(pairs("a", 0, "x", 0), 1).collect())
                .containsExactly(of("b", 1), of("b", 3), of("c", 4));
        assertThat(left.subtractByKey(right).collect()).containsExactly(of("c", 4));
    }

    @Test
    void shouldJoinADatasetWithItselfAndWithNothing() {
        assertThat(right.join(right, 1).collect()).hasSize(6);
        PairRDD<String, Integer> nothing = left.filter(pair -> false);
        assertThat(left.join(nothing).collect()).isEmpty();
        assertThat(nothing.fullOuterJoin(nothing).collect()).isEmpty();
        assertThat(left.leftOuterJoin(nothing).count()).isEqualTo(4);
        PairRDD<String, Integer> withoutPartitions =
                context.<Tuple2<String, Integer>>emptyRDD().mapToPair(pair -> pair);
        assertThat(left.fullOuterJoin(withoutPartitions).count()).isEqualTo(4);
        assertThat(withoutPartitions.join(left).count()).isZero();
    }

    @Test
    void shouldTakeNullForAValueThatAnOptionalDoesNotHave() {
        PairRDD<String, Integer> nulls =
                context.parallelizePairs(Arrays.asList(of("b", 1), new Tuple2<>("a", null)), 1);
        assertThat(nulls.join(nulls, 1).collect())
                .containsExactly(of("b", Tuple2.of(1, 1)), of("a", new Tuple2<>(null, null)));
        assertThat(nulls.leftOuterJoin(nulls, 1).values().map(Tuple2::_2).collect())
                .containsExactly(Optional.of(1), Optional.empty());
    }

    private static RddNode<?> node(RDD<?> rdd) {
        return RddAccess.rdds().node(rdd);
    }

    @Test
    void shouldNotMoveWhatIsLaidOutAlready() {
        PairRDD<String, Integer> sums = left.reduceByKey(Integer::sum, 5);
        PairRDD<String, Integer> others =
                right.mapValues(n -> -n).reduceByKey(Integer::sum, 5).mapValues(n -> -n);
        RddNode<?> joined = node(sums.join(others));
        assertThat(joined.parents().get(0)).isSameAs(node(sums));
        assertThat(joined.parents().get(1)).isSameAs(node(others));
        assertThat(joined.partitioner()).isEqualTo(new HashPartitioner(5));
        RddNode<?> mixed = node(left.cogroup(sums, others));
        assertThat(mixed.parents().get(0)).isInstanceOf(ShuffleNode.class);
        assertThat(mixed.parents().subList(1, 3)).isEqualTo(List.of(node(sums), node(others)));
        RddNode<?> again = node(sums.join(others).leftOuterJoin(sums));
        assertThat(again.parents().get(0).parents().get(0)).isSameAs(node(sums));
        assertThat(node(right.join(right)).parents())
                .satisfies(sides -> assertThat(sides.get(0)).isSameAs(sides.get(1)));
        assertThat(sums.join(others).reduceByKey((a, b) -> a).count()).isEqualTo(2);
    }

    @Test
    void shouldTakeTheLayoutOfTheInputWithTheMostPartitions() {
        PairRDD<String, Integer> two = left.reduceByKey(Integer::sum, 2);
        PairRDD<String, Integer> seven = right.reduceByKey(Integer::sum, 7);
        assertThat(two.join(seven).getNumPartitions()).isEqualTo(7);
        assertThat(seven.join(two).getNumPartitions()).isEqualTo(7);
        assertThat(left.join(two).getNumPartitions()).isEqualTo(2);
        assertThat(left.join(right).getNumPartitions()).isEqualTo(3);
        assertThat(left.join(two, new HashPartitioner(4)).getNumPartitions()).isEqualTo(4);
    }

    @Test
    void shouldGiveTheSameInEachRunAndWithEachNumberOfThreads() {
        List<Tuple2<String, Tuple2<Integer, Integer>>> once =
                left.join(right, 4).collect();
        try (MillraceContext other = new MillraceContext(new MillraceConf().setMaster("local[1]"))) {
            PairRDD<String, Integer> sameLeft = other.parallelizePairs(left.collect(), 2);
            PairRDD<String, Integer> sameRight = other.parallelizePairs(right.collect(), 2);
            assertThat(sameLeft.join(sameRight, 4).collect()).isEqualTo(once);
        }
    }

    @Test
    void shouldNameTheJoinWhoseKeysHaveNoHashToRelyOn() {
        PairRDD<byte[], Integer> arrays = context.parallelizePairs(List.of(Tuple2.of(new byte[] {1}, 1)));
        assertThatThrownBy(() -> arrays.join(arrays).count())
                .hasMessageContaining("join at JoinsTest.java:")
                .hasMessageContaining("byte[]");
    }
}
