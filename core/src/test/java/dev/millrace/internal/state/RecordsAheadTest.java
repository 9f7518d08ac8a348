/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Tuple2;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordsAheadTest {
    private static final Operator OPERATOR = new Operator("mapWithState", "Test.java:1");

    /** Looks up so many keys together. */
    private record Windowed(StateTable<Object, Long> table, int most) implements StateBase<Object, Long> {
        @Override
        public LookUps<Object> lookUps() {
            LookUps<Object> lookUps = table.lookUps();
            return new LookUps<>() {
                @Override
                public int most() {
                    return most;
                }

                @Override
                public void readAhead(Object[] keys, int[] hashes, int count) {
                    assertThat(count).isBetween(0, most);
                    lookUps.readAhead(keys, hashes, count);
                }

                @Override
                public @Nullable Object find(int index) {
                    return lookUps.find(index);
                }

                @Override
                public long place() {
                    return lookUps.place();
                }
            };
        }

        @Override
        public StateEntries<Object> entries() {
            return table.entries();
        }

        @Override
        public StateEntries<Object> touchedBefore(long limit) {
            return table.touchedBefore(limit);
        }

        @Override
        public Object layout() {
            return table.layout();
        }
    }

    private static Overlay<Object, Long> overlay(StateBase<Object, Long> base) {
        Overlay<Object, Long> overlay = new Overlay<>(HeldStates.inMemory(OPERATOR, ValueCodec.builtIn(), false), 100);
        overlay.over(base);
        return overlay;
    }

    /** Sums, drops a key at each sum that ends in 7, and leaves a key as it is for values below zero. */
    private static MapWithState<Object, Long, Long, String> program(List<String> calls) {
        return new MapWithState<>(
                OPERATOR,
                (time, key, value, state) -> {
                    calls.add(key + "=" + value + " on " + state.orElse(null) + (state.isTimingOut() ? " idle" : ""));
                    if (value.isPresent() && value.get() >= 0) {
                        long sum = state.orElse(0L) + value.get();
                        if (sum % 10 == 7) {
                            state.remove();
                        } else {
                            state.update(sum);
                        }
                    }
                    return Optional.of(calls.get(calls.size() - 1));
                },
                Duration.ofSeconds(3),
                null);
    }

    @Test
    void shouldGiveTheSameHoweverManyKeysAreLookedUpTogether() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<StateTable<Object, Long>> tables = IntStream.range(0, 4)
                .mapToObj(i -> new StateTable<Object, Long>(true))
                .toList();
        int[] mosts = {1, 7, 512, 5000};
        for (int batch = 1; batch <= 60; batch++) {
            BatchTime time = new BatchTime(1000L * batch);
            List<Tuple2<Object, Long>> input = new ArrayList<>();
            int keys = 1 + random.nextInt(3000);
            for (int i = random.nextInt(random.nextInt(4) == 0 ? 3000 : 100); i > 0; i--) {
                int key = random.nextInt(keys);
                input.add(new Tuple2<>(key % 3 == 0 ? (Object) key : "key-" + key, random.nextInt(12) - 3L));
            }
            List<String> expected = null;
            for (int i = 0; i < mosts.length; i++) {
                StateTable<Object, Long> table = tables.get(i);
                Windowed base = new Windowed(table, mosts[i]);
                List<String> seen = new ArrayList<>();
                Overlay<Object, Long> overlay = overlay(base);
                program(seen).run(time, base, new StateInput<>(input.iterator(), true), overlay, result -> {});
                Overlay.view(base, overlay).forEachRemaining(entry -> seen.add(entry.toString()));
                overlay.encode(ValueCodec.builtIn(), time.milliseconds(), block -> seen.add(Arrays.toString(block)));
                table.apply(overlay, time);
                Overlay.view(table, null).forEachRemaining(entry -> seen.add(entry.toString()));
                if (expected == null) {
                    expected = seen;
                }
                assertThat(seen).as("looked up %d together", mosts[i]).isEqualTo(expected);
            }
        }
    }

    private static List<String> callsBefore(Iterator<Tuple2<Object, Long>> input, String message) {
        List<String> calls = new ArrayList<>();
        StateTable<Object, Long> base = new StateTable<>(true);
        assertThatThrownBy(() -> program(calls)
                        .run(new BatchTime(1000), base, new StateInput<>(input, false), overlay(base), result -> {}))
                .hasMessageContaining(message);
        return calls;
    }

    /** A function above the state fails at a record: the state's function has seen all records before it, and none after. */
    @Test
    void shouldCallTheFunctionForTheRecordsBeforeOneThatCannotBeRead() {
        Iterator<Tuple2<Object, Long>> input = IntStream.range(0, 2000)
                .mapToObj(i -> {
                    if (i == 1300) {
                        throw new IllegalStateException("record 1300 cannot be made");
                    }
                    return new Tuple2<Object, Long>("key-" + i, 1L);
                })
                .iterator();
        assertThat(callsBefore(input, "record 1300 cannot be made"))
                .hasSize(1300)
                .endsWith("key-1299=Optional[1] on null");
    }

    @Test
    void shouldCallTheFunctionForTheRecordsBeforeOneWhoseKeyHasNoStableHash() {
        Iterator<Tuple2<Object, Long>> input = IntStream.range(0, 2000)
                .mapToObj(i -> new Tuple2<>(i == 700 ? new Object() : "key-" + i, 1L))
                .iterator();
        assertThat(callsBefore(input, "java.lang.Object cannot be partitioned")).hasSize(700);
    }

    /** Its equals fails when it meets a key of the same hash, and only when its turn comes. */
    private static final class Unequal {
        private final int number;

        Unequal(int number) {
            this.number = number;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            if (other instanceof Unequal key && key.number == number) {
                return true;
            }
            throw new IllegalStateException("key " + number + " cannot be compared");
        }

        @Override
        public int hashCode() {
            return 5;
        }
    }

    @Test
    void shouldCallTheFunctionForTheRecordsBeforeOneWhoseKeyCannotBeFound() {
        Iterator<Tuple2<Object, Long>> input = IntStream.range(0, 2000)
                .mapToObj(i -> new Tuple2<>(i == 300 ? new Unequal(5) : "key-" + i, 1L))
                .iterator();
        List<String> calls = new ArrayList<>();
        StateTable<Object, Long> base = new StateTable<>(false);
        Overlay<Object, Long> first = overlay(base);
        Object present = new Unequal(4);
        first.put(present, StableHash.of(present), 1L);
        base.apply(first, new BatchTime(500));
        assertThatThrownBy(() -> program(calls)
                        .run(new BatchTime(1000), base, new StateInput<>(input, true), overlay(base), result -> {}))
                .hasMessageContaining("cannot be compared");
        assertThat(calls).hasSize(300);
    }

    /** Records that a function makes as they are asked for, and that are too large to be held at once. */
    @Test
    void shouldNotReadFarAheadWhereRecordsAreLarge() throws Exception {
        int[] made = {0};
        Iterator<Tuple2<String, byte[]>> input = IntStream.range(0, 50)
                .mapToObj(i -> {
                    made[0]++;
                    return new Tuple2<>("key-" + i, new byte[1_000_000]);
                })
                .iterator();
        RecordsAhead<String, byte[]> window =
                new RecordsAhead<>(new StateInput<>(input, false), new StateTable<String, byte[]>(false).lookUps());
        int given = 0;
        while (window.next()) {
            given++;
            assertThat(made[0] - given).isLessThan(4);
        }
        assertThat(given).isEqualTo(50);
    }

    /** The functions of a program take turns in the same way wherever the partition is. */
    @Test
    void shouldReadAsFarAheadWhateverTheBaseLikesWhereFunctionsRun() throws Exception {
        Iterator<Tuple2<Object, Long>> input = IntStream.range(0, 2000)
                .mapToObj(i -> new Tuple2<Object, Long>(i, 1L))
                .iterator();
        LookUps<Object> lookUps = new Windowed(new StateTable<>(false), 5000).lookUps();
        RecordsAhead<Object, Long> window = new RecordsAhead<>(new StateInput<>(input, false), lookUps);
        assertThat(window.next()).isTrue();
        assertThat(input.next()._1()).isEqualTo(RecordsAhead.MOST_WITH_FUNCTIONS);
    }

    @Test
    void shouldTellOfAnErrorInReadingOnceMoreRecordsAreAskedFor() {
        StateTable<Object, Long> base = new StateTable<>(false);
        List<String> calls = new ArrayList<>();
        assertThatThrownBy(() -> program(calls)
                        .run(
                                new BatchTime(1000),
                                base,
                                new StateInput<>(failing(new OutOfMemoryError("no room")), true),
                                overlay(base),
                                result -> {}))
                .isInstanceOf(OutOfMemoryError.class);
        assertThatThrownBy(() -> program(calls)
                        .run(
                                new BatchTime(1000),
                                base,
                                new StateInput<>(failing(new IOException("no file")), true),
                                overlay(base),
                                result -> {}))
                .isInstanceOf(IOException.class);
        assertThat(calls).hasSize(2);
    }

    /** Fails after one record; also with what is not declared, as other languages do. */
    private static Iterator<Tuple2<Object, Long>> failing(Throwable error) {
        return new Iterator<>() {
            private boolean given;

            @Override
            public boolean hasNext() {
                return given ? RecordsAheadTest.<Boolean, RuntimeException>thrown(error) : true;
            }

            @Override
            public Tuple2<Object, Long> next() {
                given = true;
                return new Tuple2<>("key", 1L);
            }
        };
    }

    @SuppressWarnings("unchecked")
    private static <R, E extends Throwable> R thrown(Throwable error) throws E {
        throw (E) error;
    }
}
