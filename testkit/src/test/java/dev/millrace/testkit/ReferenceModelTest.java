/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Tuple2;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The model against results worked out by hand. */
class ReferenceModelTest {
    private static final List<List<Integer>> NUMBERS = List.of(List.of(1), List.of(), List.of(2, 3), List.of(4));

    @Test
    void shouldShortenWindowsNearTheStart() {
        assertThat(ReferenceModel.window(NUMBERS, 3, 1))
                .containsExactly(List.of(1), List.of(1), List.of(1, 2, 3), List.of(2, 3, 4));
        assertThat(ReferenceModel.window(NUMBERS, 1, 2)).containsExactly(List.of(), List.of(4));
    }

    @Test
    void shouldKeepStateUntilItIsDropped() {
        var pairs = ReferenceModel.mapToPair(NUMBERS, n -> Tuple2.of("sum", n));
        assertThat(ReferenceModel.<String, Integer, Integer>updateStateByKey(pairs, (values, state) -> {
                    int sum = state.orElse(0)
                            + values.stream().mapToInt(Integer::intValue).sum();
                    return sum == 6 ? Optional.empty() : Optional.of(sum);
                }))
                .containsExactly(
                        List.of(Tuple2.of("sum", 1)),
                        List.of(Tuple2.of("sum", 1)),
                        List.of(),
                        List.of(Tuple2.of("sum", 4)));
    }

    @Test
    void shouldTimeOutWhatIsIdleForLonger() {
        var pairs = ReferenceModel.mapToPair(NUMBERS, n -> Tuple2.of("n" + n, n));
        ReferenceModel.Mapped<String, Integer, String> result = ReferenceModel.mapWithState(
                pairs, Duration.ofSeconds(1), Duration.ofSeconds(1), (time, key, value, state) -> {
                    value.ifPresent(state::update);
                    return Optional.of(time.milliseconds() + key + value.isPresent());
                });
        assertThat(result.mapped())
                .containsExactly(
                        List.of("1000n1true"),
                        List.of(),
                        List.of("3000n2true", "3000n3true", "3000n1false"),
                        List.of("4000n4true"));
        assertThat(result.snapshots())
                .containsExactly(
                        List.of(Tuple2.of("n1", 1)),
                        List.of(Tuple2.of("n1", 1)),
                        List.of(Tuple2.of("n2", 2), Tuple2.of("n3", 3)),
                        List.of(Tuple2.of("n2", 2), Tuple2.of("n3", 3), Tuple2.of("n4", 4)));
    }

    @Test
    void shouldReduceEachBatchByItself() {
        var pairs = ReferenceModel.mapToPair(ReferenceModel.union(NUMBERS, NUMBERS), n -> Tuple2.of(n % 2, n));
        assertThat(ReferenceModel.reduceByKey(pairs, Integer::sum).get(2))
                .containsExactlyInAnyOrder(Tuple2.of(0, 4), Tuple2.of(1, 6));
    }

    @Test
    void shouldMapFilterAndFlatten() {
        assertThat(ReferenceModel.map(NUMBERS, n -> n + 1).get(2)).containsExactly(3, 4);
        assertThat(ReferenceModel.filter(NUMBERS, n -> n > 2).get(2)).containsExactly(3);
        assertThat(ReferenceModel.flatMap(NUMBERS, n -> List.of(n, n).iterator())
                        .get(0))
                .containsExactly(1, 1);
        assertThat(ReferenceModel.transform(NUMBERS, batch -> List.of(batch.size()))
                        .get(1))
                .containsExactly(0);
    }
}
