/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.function.Function2;
import dev.millrace.function.Function4;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.Partitioner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UpdateStateByKeyTest {
    private static final StateType<Integer> SUMS = StateType.of("sums", Integer.class);
    private static final Function2<List<Integer>, Optional<Integer>, Optional<Integer>> ADD =
            (values, sum) -> Optional.of(
                    sum.orElse(0) + values.stream().mapToInt(Integer::intValue).sum());

    /** Strings by length. */
    private static final class ByLength extends Partitioner {
        private final int partitions;

        ByLength(int partitions) {
            this.partitions = partitions;
        }

        @Override
        public int numPartitions() {
            return partitions;
        }

        @Override
        public int getPartition(Object key) {
            return ((String) key).length() % partitions;
        }
    }

    /** What one form of the operation makes of a program. */
    private interface Form {
        PairDStream<String, Integer> of(PairDStream<String, Integer> pairs, PairRDD<String, Integer> initial);
    }

    private static final List<Tuple2<String, Integer>> WORDS =
            List.of(Tuple2.of("a", 1), Tuple2.of("bb", 2), Tuple2.of("a", 3));

    private static List<Object> run(Form form) {
        List<Object> seen = new ArrayList<>();
        try (StreamingContext ssc = Programs.local()) {
            PairRDD<String, Integer> initial =
                    ssc.millraceContext().parallelizePairs(List.of(Tuple2.of("bb", 10), Tuple2.of("ccc", 20)));
            form.of(Programs.batches(ssc, WORDS, List.of()).mapToPair(pair -> pair), initial)
                    .foreachRDD(rdd -> {
                        seen.add(rdd.getNumPartitions());
                        seen.add(Map.copyOf(rdd.collectAsMap()));
                        seen.add(rdd.glom().collect().get(0).stream()
                                .map(Tuple2::_1)
                                .toList());
                    });
            ssc.runBatches(2);
        }
        assertThat(seen.subList(0, 3)).as("a batch without data").isEqualTo(seen.subList(3, 6));
        return seen.subList(0, 3);
    }

    @Test
    void shouldLayOutStateAsTheFormSays() {
        Map<String, Integer> sums = Map.of("a", 4, "bb", 2);
        assertThat(run((pairs, initial) -> pairs.updateStateByKey(ADD))).startsWith(2, sums);
        assertThat(run((pairs, initial) -> pairs.updateStateByKey(ADD, 3))).startsWith(3, sums);
        assertThat(run((pairs, initial) -> pairs.updateStateByKey(SUMS, ADD))).startsWith(2, sums);
        assertThat(run((pairs, initial) -> pairs.updateStateByKey(ADD, new ByLength(4))))
                .isEqualTo(List.of(4, sums, List.of()));
        assertThat(run((pairs, initial) -> pairs.updateStateByKey(SUMS, ADD, new ByLength(1))))
                .isEqualTo(List.of(1, sums, List.of("a", "bb")));
    }

    @Test
    void shouldBeginWithTheInitialState() {
        Map<String, Integer> sums = Map.of("a", 4, "bb", 12, "ccc", 20);
        assertThat(run((pairs, initial) -> pairs.updateStateByKey(ADD, new ByLength(1), initial)))
                .isEqualTo(List.of(1, sums, List.of("bb", "ccc", "a")));
        assertThat(run((pairs, initial) -> pairs.updateStateByKey(SUMS, ADD, new HashPartitioner(3), initial)))
                .startsWith(3, sums);
    }

    @Test
    void shouldLayOutAndBeginTheStateOfAFunctionThatKnowsTimeAndKey() {
        Function4<BatchTime, String, List<Integer>, Optional<Integer>, Optional<Integer>> add =
                (time, key, values, sum) -> ADD.call(values, sum);
        Map<String, Integer> sums = Map.of("a", 4, "bb", 2);
        Map<String, Integer> more = Map.of("a", 4, "bb", 12, "ccc", 20);
        assertThat(run((pairs, initial) -> pairs.updateStateByKey(SUMS, add))).startsWith(2, sums);
        assertThat(run((pairs, initial) -> pairs.updateStateByKey(add, new HashPartitioner(3))))
                .startsWith(3, sums);
        assertThat(run((pairs, initial) -> pairs.updateStateByKey(SUMS, add, new HashPartitioner(3))))
                .startsWith(3, sums);
        assertThat(run((pairs, initial) -> pairs.updateStateByKey(add, new ByLength(1), initial)))
                .isEqualTo(List.of(1, more, List.of("bb", "ccc", "a")));
        assertThat(run((pairs, initial) -> pairs.updateStateByKey(SUMS, add, new HashPartitioner(3), initial)))
                .startsWith(3, more);
    }

    @Test
    void shouldBeginMapWithStateWithADatasetOfPairs() {
        Map<String, Integer> more = Map.of("a", 4, "bb", 12, "ccc", 20);
        assertThat(run((pairs, initial) -> pairs.mapWithState(
                                StateSpec.function((String key, Optional<Integer> value, State<Integer> sum) -> {
                                            sum.update(sum.orElse(0) + value.orElse(0));
                                            return key;
                                        })
                                        .initialState(initial)
                                        .numPartitions(3))
                        .stateSnapshots()))
                .startsWith(3, more);
    }

    @Test
    void shouldTellTimeAndKeyToAFunctionOfFour() {
        List<List<Tuple2<String, String>>> seen = new ArrayList<>();
        try (StreamingContext ssc = Programs.local()) {
            Programs.batches(ssc, List.of(Tuple2.of("a", 1)), List.of())
                    .mapToPair(pair -> pair)
                    .updateStateByKey(
                            StateType.of("texts", String.class),
                            (time, key, values, state) -> Optional.of(state.orElse(key) + values + time.milliseconds()))
                    .foreachRDD(rdd -> {
                        seen.add(rdd.collect());
                    });
            ssc.runBatches(2);
        }
        assertThat(seen)
                .containsExactly(List.of(Tuple2.of("a", "a[1]1000")), List.of(Tuple2.of("a", "a[1]1000[]2000")));
    }
}
