/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.internal.codec.ValueCodec;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Keys that somebody has chosen so that their hashes collide cost at most five times of what others cost, by the processor
 * time of the one thread that works, each in turn.
 */
class HashFloodingTest {
    private static final int BITS = 13;
    private static final int KEYS = 1 << BITS;
    private static final int TURNS = 3;
    private static final int MOST_TURNS = 10; // if the machine is so busy that the first ones are too slow
    private static final long NOISE = 20_000_000; // nanoseconds, of collections and compilation
    private static final int AT_MOST = 5;

    @TempDir
    Path directory;

    record Word(String text, int length) {}

    enum Kind {
        STRING(text -> text),
        TUPLE(text -> Tuple2.of(text, 1)),
        RECORD(text -> new Word(text, 1)),
        LIST(text -> List.of(text, "x")),
        SET(text -> Set.of(text)),
        MAP(text -> Map.of(text, 1)),
        OPTIONAL(text -> Optional.of(List.of(text)));

        private final Function<String, Object> key;

        Kind(Function<String, Object> key) {
            this.key = key;
        }
    }

    /** Texts of one length, all of one hash, or of as many as there are. */
    private static String text(int number, boolean colliding) {
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < BITS; bit++) {
            boolean set = (number >> bit & 1) == 1;
            text.append(colliding ? set ? "Aa" : "BB" : set ? "Ab" : "BB");
        }
        return text.toString();
    }

    private static List<Object> keys(Kind kind, boolean colliding) {
        List<Object> keys = new ArrayList<>();
        for (int number = 0; number < KEYS; number++) {
            keys.add(kind.key.apply(text(number, colliding)));
        }
        return keys;
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private interface Work {
        void run(List<Object> keys) throws Exception;
    }

    private static void compare(String what, List<Object> ordinary, List<Object> colliding, Work work)
            throws Exception {
        long least = Long.MAX_VALUE;
        long leastColliding = Long.MAX_VALUE;
        for (int turn = 0; turn < TURNS || turn < MOST_TURNS && leastColliding >= limit(least); turn++) {
            long start = cpu();
            work.run(ordinary);
            long between = cpu();
            work.run(colliding);
            least = Math.min(least, between - start);
            leastColliding = Math.min(leastColliding, cpu() - between);
        }
        System.out.printf("hash flooding, %s: %.1f times%n", what, (double) leastColliding / least);
        assertThat(leastColliding).as(what).isLessThan(limit(least));
    }

    private static long limit(long ordinary) {
        return AT_MOST * ordinary + NOISE;
    }

    private static StreamingContext context(String budget) {
        return new StreamingContext(
                new MillraceConf()
                        .setMaster("local[1]")
                        .set("millrace.memory.budget", budget)
                        .registerTypes(Word.class),
                Durations.seconds(1));
    }

    private static PairDStream<Object, Integer> twice(StreamingContext ssc, List<Object> keys) {
        return Programs.batches(ssc, keys, keys).named("input").mapToPair(key -> Tuple2.of(key, 1));
    }

    private static void reduce(List<Object> keys, String budget) {
        try (StreamingContext ssc = context(budget)) {
            List<Tuple2<Object, Integer>> seen = new ArrayList<>();
            twice(ssc, keys).reduceByKey(Integer::sum).foreachRDD(rdd -> {
                seen.addAll(rdd.collect());
            });
            ssc.runBatches(2);
            assertThat(seen).hasSize(2 * KEYS);
            for (int i = 0; i < KEYS; i++) {
                assertThat(seen.get(i)._1())
                        .isSameAs(
                                budget.equals("64m") ? keys.get(i) : seen.get(i)._1());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void shouldReduceCollidingKeys(Kind kind) throws Exception {
        List<Object> ordinary = keys(kind, false);
        List<Object> colliding = keys(kind, true);
        assertThat(colliding.stream().distinct().limit(100)).hasSize(100);
        assertThat(colliding.stream().map(Object::hashCode).distinct()).hasSize(1);
        compare("reduceByKey of " + kind, ordinary, colliding, keys -> reduce(keys, "64m"));
        compare("reduceByKey that spills, of " + kind, ordinary, colliding, keys -> reduce(keys, "200k"));
    }

    @Tag("full")
    @ParameterizedTest
    @EnumSource(Kind.class)
    void shouldKeepCollidingKeys(Kind kind) throws Exception {
        int[] run = {0};
        compare("state of " + kind, keys(kind, false), keys(kind, true), keys -> {
            String checkpoint = directory.resolve("run" + run[0]++).toString();
            for (int life = 0; life < 2; life++) {
                try (StreamingContext ssc = context("64m")) {
                    ssc.checkpoint(checkpoint);
                    List<Integer> seen = new ArrayList<>();
                    twice(ssc, keys)
                            .updateStateByKey(
                                    StateType.of("counts", Integer.class),
                                    (values, state) -> Optional.of(state.orElse(0) + values.size()))
                            .foreachRDD(rdd -> {
                                seen.addAll(rdd.values().collect());
                            })
                            .named("out");
                    ssc.runBatches(1);
                    assertThat(seen).hasSize(KEYS).containsOnly(life + 1);
                }
            }
        });
        compare("mapWithState that spills, of " + kind, keys(kind, false), keys(kind, true), keys -> {
            try (StreamingContext ssc = context("200k")) {
                List<Long> seen = new ArrayList<>();
                twice(ssc, keys)
                        .mapWithState(StateSpec.<Object, Integer, Integer, Integer>function((key, value, state) -> {
                            state.update(state.orElse(0) + 1);
                            return state.get();
                        }))
                        .stateSnapshots()
                        .foreachRDD(rdd -> {
                            seen.add(rdd.count());
                        });
                ssc.runBatches(2);
                assertThat(seen).containsExactly((long) KEYS, (long) KEYS);
            }
        });
        compare("windows of " + kind, keys(kind, false), keys(kind, true), keys -> {
            try (StreamingContext ssc = context("64m")) {
                List<Long> seen = new ArrayList<>();
                twice(ssc, keys)
                        .reduceByKeyAndWindow(Integer::sum, Durations.seconds(2))
                        .foreachRDD(rdd -> {
                            seen.add(rdd.count());
                        });
                ssc.runBatches(2);
                assertThat(seen).containsExactly((long) KEYS, (long) KEYS);
            }
        });
    }

    @Test
    void shouldReduceNumbersOfOneHash() throws Exception {
        List<Object> ordinary = new ArrayList<>();
        List<Object> colliding = new ArrayList<>();
        for (long number = 0; number < KEYS; number++) {
            ordinary.add(number * 1_000_003);
            colliding.add(number << 32 | number); // a Long's hash is one half xor the other
        }
        compare("reduceByKey of Long", ordinary, colliding, keys -> reduce(keys, "64m"));
    }

    @Tag("full")
    @ParameterizedTest
    @EnumSource(Kind.class)
    void shouldReadSetsAndMapsOfCollidingElements(Kind kind) throws Exception {
        ValueCodec codec = new ValueCodec(List.of(Word.class));
        Function<List<Object>, List<byte[]>> encoded = keys -> {
            List<byte[]> parts = new ArrayList<>();
            keys.forEach(key -> parts.add(codec.encode(key)));
            return parts;
        };
        assertThat(encoded.apply(keys(kind, true))).hasSize(KEYS);
        compare("sets of " + kind, List.of(keys(kind, false)), List.of(keys(kind, true)), keys -> {
            @SuppressWarnings("unchecked")
            List<Object> elements = (List<Object>) keys.get(0);
            Set<?> set = (Set<?>) codec.decode(asSet(codec.encode(elements)));
            assertThat(set.size()).isEqualTo(KEYS);
            assertThat(set.contains(elements.get(KEYS / 2))).isTrue();
        });
    }

    /** The bytes of a list as those of a set: they differ in the tag, and a set of colliding elements takes too long to make. */
    private static byte[] asSet(byte[] list) {
        byte[] set = list.clone();
        int tag = 0;
        while (set[tag] != 12 || tag < 2) {
            tag++;
        }
        set[tag] = 13;
        return set;
    }
}
