/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.rdd.RDD;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches by their time: the one that runs, and those that a program has remembered. */
class RememberTest {
    private static <T> List<List<T>> lists(List<? extends RDD<T>> rdds) {
        return rdds.stream().map(RDD::collect).toList();
    }

    @Test
    void shouldGiveTheBatchThatRunsAndRefuseThoseBeforeIt() {
        List<Object> seen = new ArrayList<>();
        try (StreamingContext ssc = Programs.local()) {
            DStream<Integer> numbers = Programs.batches(ssc, List.of(1, 2), List.of(3))
                    .map(n -> n + 1)
                    .named("numbers");
            assertThatThrownBy(() -> numbers.slice(BatchTime.of(0), BatchTime.of(9)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageMatching(
                            "a slice of numbers \\(map at RememberTest.java:\\d+\\), which has had no batch yet; ask"
                                    + " for it in an output, or once batches have run");
            numbers.foreachRDD((rdd, time) -> {
                seen.add(Objects.requireNonNull(numbers.compute(time)).collect());
                seen.add(lists(numbers.slice(time, time.plus(Durations.seconds(5)))));
                seen.add(numbers.compute(time.minus(Durations.seconds(1))) == null);
                if (time.milliseconds() > 1000) {
                    assertThatThrownBy(() -> numbers.slice(BatchTime.of(1000), time))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageMatching(
                                    "a slice of numbers \\(map at RememberTest.java:\\d+\\) begins at 1000 ms, and its"
                                            + " batches until 1000 ms are not kept any more; call remember\\(...\\) of the context"
                                            + " before the start, with the time that slices go back");
                }
            });
            ssc.runBatches(2);
            assertThat(numbers.compute(BatchTime.of(2000))).isNull();
        }
        assertThat(seen)
                .containsExactly(List.of(2, 3), List.of(List.of(2, 3)), true, List.of(4), List.of(List.of(4)), true);
    }

    @Test
    void shouldRememberBatchesOfStreamsWindowsAndStates() {
        List<Object> seen = new ArrayList<>();
        try (StreamingContext ssc = Programs.local()) {
            ssc.remember(Durations.seconds(3));
            DStream<Integer> numbers =
                    Programs.batches(ssc, List.of(1), List.of(2), List.of(3), List.of(4), List.of(5));
            PairDStream<String, Integer> sums = numbers.mapToPair(n -> Tuple2.of("sum", n))
                    .updateStateByKey((List<Integer> values, Optional<Integer> before) -> Optional.of(
                            before.orElse(0) + values.stream().mapToInt(n -> n).sum()));
            DStream<Integer> slow = numbers.window(Durations.seconds(4), Durations.seconds(2));
            slow.foreachRDD(rdd -> seen.add(rdd.count()));
            sums.foreachRDD((rdd, time) -> {
                if (time.milliseconds() == 5000) {
                    seen.add(lists(numbers.slice(BatchTime.of(3000), time)));
                    seen.add(lists(sums.slice(BatchTime.of(3500), BatchTime.of(4999))));
                    assertThatThrownBy(() -> numbers.slice(BatchTime.of(2000), time))
                            .hasMessageContaining(
                                    "begins at 2000 ms, and its batches until 2000 ms are not kept any more; call"
                                            + " remember(...) of the context before the start, with more than 3000 ms, the time that"
                                            + " slices go back");
                }
            });
            ssc.runBatches(5);
            seen.add(lists(slow.slice(BatchTime.of(4000), BatchTime.of(6000))));
            seen.add(lists(numbers.slice(BatchTime.of(6000), BatchTime.of(9000))));
            seen.add(Objects.requireNonNull(numbers.compute(BatchTime.of(4000))).collect());
        }
        assertThat(seen)
                .containsExactly(
                        2L,
                        4L,
                        List.of(List.of(3), List.of(4), List.of(5)),
                        List.of(List.of(Tuple2.of("sum", 6)), List.of(Tuple2.of("sum", 10))),
                        List.of(List.of(1, 2, 3, 4)),
                        List.of(),
                        List.of(4));
    }

    /** Remembered data is not in the checkpoint, and a batch of an earlier run is as if it had not begun. */
    @Test
    void shouldBeginAnewAfterARestart(@TempDir Path checkpoint) {
        List<Object> seen = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            try (StreamingContext ssc = Programs.local()) {
                ssc.checkpoint(checkpoint.toString());
                ssc.remember(Durations.seconds(10));
                DStream<Integer> numbers = Programs.batches(ssc, List.of(1), List.of(2), List.of(3), List.of(4))
                        .named("numbers");
                numbers.foreachRDD((rdd, time) -> {
                    seen.add(lists(numbers.slice(BatchTime.of(1000), time)));
                    seen.add(numbers.compute(BatchTime.of(1000)) != null);
                });
                ssc.runBatches(2);
            }
        }
        assertThat(seen)
                .containsExactly(
                        List.of(List.of(1)),
                        true,
                        List.of(List.of(1), List.of(2)),
                        true,
                        List.of(List.of(3)),
                        false,
                        List.of(List.of(3), List.of(4)),
                        false);
    }

    @Test
    void shouldHoldNoMoreThanIsRemembered() {
        try (StreamingContext ssc = Programs.local()) {
            ssc.remember(Durations.seconds(2));
            List<List<String>> batches = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                batches.add(List.of("x".repeat(10_000)));
            }
            Programs.batches(ssc, batches).map(text -> text + "y").foreachRDD(rdd -> {});
            ssc.runBatches(10);
            long used = ContextRuntime.of(ssc.millraceContext()).memory().used();
            ssc.runBatches(50);
            assertThat(ContextRuntime.of(ssc.millraceContext()).memory().used()).isLessThanOrEqualTo(used);
            assertThat(used).isPositive();
        }
    }

    @Test
    void shouldRefuseToRememberNothingTwiceOrTooLate() {
        try (StreamingContext ssc = Programs.local()) {
            assertThatThrownBy(() -> ssc.remember(Durations.seconds(0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(
                            "remember at RememberTest.java:\\d+ is given 0 ms, for which no batch can be kept; pass a"
                                    + " positive duration");
            ssc.remember(Durations.seconds(2));
            assertThatThrownBy(() -> ssc.remember(Durations.seconds(3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(
                            "remember at RememberTest.java:\\d+ is given 3000 ms, and 2000 ms were given before; call it"
                                    + " once");
            DStream<Integer> numbers = Programs.batches(ssc, List.of(1));
            assertThat(numbers.checkpoint(Durations.seconds(10))).isSameAs(numbers);
            numbers.print();
            ssc.runBatches(1);
            assertThatThrownBy(() -> ssc.remember(Durations.seconds(2))).hasMessageContaining("remember");
            assertThatThrownBy(() -> numbers.checkpoint(Durations.seconds(2))).hasMessageContaining("checkpoint");
        }
    }
}
