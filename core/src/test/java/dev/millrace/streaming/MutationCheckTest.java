/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MutationCheckTest {
    record Visits(int count) {}

    private static StreamingContext checked() {
        return Programs.local(new MillraceConf().set("millrace.streaming.checkMutation", "true"));
    }

    /** The check knew the types of the configuration only, and failed every batch of a program with its own state type. */
    @Test
    void shouldCheckStateOfADeclaredType() {
        try (StreamingContext ssc = checked()) {
            List<List<Tuple2<String, Visits>>> seen = new ArrayList<>();
            Programs.batches(ssc, List.of("a"), List.of("a"))
                    .mapToPair(word -> Tuple2.of(word, 1))
                    .updateStateByKey(
                            StateType.of("visits", Visits.class),
                            (values, state) -> Optional.of(
                                    new Visits(state.map(Visits::count).orElse(0) + values.size())))
                    .foreachRDD(rdd -> {
                        seen.add(rdd.collect());
                    });
            ssc.runBatches(2);
            assertThat(seen.get(1)).containsExactly(Tuple2.of("a", new Visits(2)));
        }
    }

    @Test
    void shouldLetTheListOfValuesBeSorted() {
        try (StreamingContext ssc = checked()) {
            List<List<Tuple2<String, Integer>>> seen = new ArrayList<>();
            Programs.batches(ssc, List.of(3, 1, 2))
                    .mapToPair(number -> Tuple2.of("a", number))
                    .updateStateByKey(
                            StateType.of("least", Integer.class), (List<Integer> values, Optional<Integer> state) -> {
                                Collections.sort(values);
                                return Optional.of(values.get(0));
                            })
                    .foreachRDD(rdd -> {
                        seen.add(rdd.collect());
                    });
            ssc.runBatches(1);
            assertThat(seen).containsExactly(List.of(Tuple2.of("a", 1)));
        }
    }

    @Test
    void shouldLetStatePassThatTheCodecDoesNotKnow() {
        try (StreamingContext ssc = checked()) {
            Programs.batches(ssc, List.of("a"), List.of("a"))
                    .mapToPair(word -> Tuple2.of(word, 1))
                    .updateStateByKey((values, state) -> Optional.of(new AtomicInteger()))
                    .foreachRDD(rdd -> rdd.count());
            ssc.runBatches(2);
            assertThat(ssc.getState()).isEqualTo(StreamingContextState.ACTIVE);
        }
    }

    @Test
    void shouldRefuseAMergeThatChangesItsArgument() {
        try (StreamingContext ssc = checked()) {
            Programs.batches(ssc, List.of("a", "a"))
                    .mapToPair(word -> Tuple2.of(word, (List<Integer>) new ArrayList<>(List.of(1))))
                    .reduceByKey((first, second) -> {
                        first.addAll(second);
                        return first;
                    })
                    .foreachRDD(rdd -> rdd.count());
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .hasMessageContaining("changed one of the values that it merges in place")
                    .hasMessageContaining("reduceByKey at MutationCheckTest.java:");
        }
    }
}
