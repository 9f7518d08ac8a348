/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.SetClock;
import dev.millrace.Tuple2;
import dev.millrace.error.BatchFailedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An initial state whose computation takes longer than its timeout. */
@Timeout(60)
class LateInitialStateTest {
    private static final SetClock CLOCK = new SetClock();
    private static final Duration INTERVAL = Durations.milliseconds(20);
    private static final Duration TIMEOUT = Durations.minutes(1);

    private final Map<Long, List<String>> mapped = Collections.synchronizedMap(new TreeMap<>());

    /** Runs until so many batches are complete. The computation of the initial state takes an hour. */
    private void run(@Nullable Path checkpoint, int keys, String budget, int batches, int failing) throws Exception {
        MillraceConf conf = new MillraceConf().setMaster("local[1]").set("millrace.memory.budget", budget);
        CountDownLatch done = new CountDownLatch(batches);
        try (StreamingContext ssc = ContextsByClock.make(conf, INTERVAL, CLOCK)) {
            if (checkpoint != null) {
                ssc.checkpoint(checkpoint.toString());
            }
            List<Tuple2<String, Integer>> all = IntStream.range(0, keys)
                    .mapToObj(key -> Tuple2.of("k" + key, key))
                    .toList();
            StateSpec<String, Integer, Integer, String> spec = StateSpec.<String, Integer, Integer, String>function(
                            (time, key, value, state) ->
                                    Optional.of(state.isTimingOut() ? key + " gone" : key + " has " + state.get()))
                    .stateType(StateType.of("numbers", Integer.class))
                    .timeout(TIMEOUT)
                    .initialState(ssc.millraceContext().parallelizePairs(all).mapToPair(pair -> {
                        if (pair._2() == 0) {
                            CLOCK.pass(Duration.ofHours(1));
                        }
                        return pair;
                    }));
            Programs.batches(ssc, List.of("k0"))
                    .named("input")
                    .mapToPair(key -> Tuple2.of(key, 1))
                    .mapWithState(spec)
                    .foreachRDD((rdd, time) -> {
                        mapped.put(time.milliseconds(), rdd.collect());
                        done.countDown();
                        if (done.getCount() < failing) {
                            throw new IllegalStateException("the batch fails");
                        }
                    })
                    .named("mapped");
            ssc.start();
            assertThat(done.await(50, TimeUnit.SECONDS)).isTrue();
            if (failing > 0) {
                try {
                    ssc.awaitTermination();
                } catch (BatchFailedException expected) {
                    assertThat(expected).hasMessageContaining("the batch fails");
                }
            } else {
                ssc.stop(Duration.ofSeconds(10));
            }
        }
    }

    private List<String> all() {
        List<String> all = new ArrayList<>();
        new TreeMap<>(mapped).values().forEach(all::addAll);
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"1g", "1m"})
    void shouldCountAsTouchedInTheFirstBatch(String budget) throws Exception {
        run(null, 30_000, budget, 3, 0);
        assertThat(all()).containsExactly("k0 has 0");
    }

    @Test
    void shouldTimeOutAfterThat(@TempDir Path directory) throws Exception {
        run(directory, 3, "1g", 2, 0);
        long first = new TreeMap<>(mapped).firstKey();
        assertThat(all()).containsExactly("k0 has 0");
        CLOCK.pass(TIMEOUT.minus(Duration.ofSeconds(30)));
        run(
                directory, 3, "1g", 1,
                0); // nothing is computed: the checkpoint knows the state, and when its keys were touched
        assertThat(all()).containsExactly("k0 has 0");
        CLOCK.pass(Duration.ofSeconds(31));
        mapped.clear();
        run(directory, 3, "1g", 1, 0);
        assertThat(new TreeMap<>(mapped).firstEntry().getValue()).contains("k1 gone", "k2 gone");
        assertThat(new TreeMap<>(mapped).firstKey() - first).isGreaterThan(TIMEOUT.toMillis());
    }

    @Test
    void shouldDoTheSameWhenTheFirstBatchRunsAgain(@TempDir Path directory) throws Exception {
        run(directory, 3, "1g", 1, 1);
        assertThat(all()).containsExactly("k0 has 0");
        mapped.clear();
        run(directory, 3, "1g", 1, 0);
        assertThat(new TreeMap<>(mapped).firstEntry().getValue()).containsExactly("k0 has 0");
    }
}
