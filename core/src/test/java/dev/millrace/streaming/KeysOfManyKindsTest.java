/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.Tuple3;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * States and windows whose keys are of many kinds at once, each time another instance made in another way, in lives of
 * random length and under budgets that mostly spill: what they give is what maps by number give.
 */
class KeysOfManyKindsTest {
    private static final int KINDS = 14;
    private static final int NUMBERS = 40 * KINDS;
    private static final int BATCHES = 14;
    private static final int WINDOW = 3;

    @TempDir
    Path directory;

    enum Suit {
        CLUBS,
        SPADES {
            @Override
            public String toString() {
                return "the other";
            }
        }
    }

    record Point(int x, String name) {}

    record Tagged(SortedSet<String> tags, Optional<Suit> suit, Set<Integer> numbers) {}

    record Hashed(List<Long> parts) {
        @Override
        public int hashCode() {
            return parts.size() % 3; // which is poor, and right
        }
    }

    static final class Place {
        private final String city;
        private final Map<String, Integer> more;

        Place(String city, Map<String, Integer> more) {
            this.city = city;
            this.more = more;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Place that && that.city.equals(city) && that.more.equals(more);
        }

        @Override
        public int hashCode() {
            return Objects.hash(city, more);
        }
    }

    /** A new instance of the key of a number. */
    private static Object key(int number, Random random) {
        int n = number / KINDS;
        Collection<String> words = shuffled(List.of("w" + n, "x" + n % 7, "a longer word"), random);
        return switch (number % KINDS) {
            case 0 -> new String("k" + n);
            case 1 -> (long) n * 1_000_003;
            case 2 -> new Point(n, new String("p"));
            case 3 -> new Tagged(new TreeSet<>(words), Optional.of(Suit.values()[n % 2]), Set.of(n, n + 1));
            case 4 -> set(words, random);
            case 5 -> map(n, random);
            case 6 -> list(List.of(n, "e", n + 0.5), random);
            case 7 -> Tuple2.of(set(words, random), list(List.of(n), random));
            case 8 -> Tuple3.of(Suit.values()[n % 2], n, Optional.of(map(n, random)));
            case 9 -> new Place("city" + n, map(n, random));
            case 10 -> n == 0 ? -0.0 : n == 1 ? 0.0 : n == 2 ? Double.NaN : n / 3.0;
            case 11 -> new Hashed(list(Collections.nCopies(n, 1L), random));
            case 12 -> n % 2 == 0 ? Instant.ofEpochSecond(n) : new UUID(n, n);
            default -> new BigDecimal(n).setScale(n % 2);
        };
    }

    private static <T> List<T> shuffled(Collection<T> elements, Random random) {
        List<T> list = new ArrayList<>(elements);
        Collections.shuffle(list, random);
        return list;
    }

    private static <T> Set<T> set(Collection<T> elements, Random random) {
        Set<T> set = switch (random.nextInt(5)) {
            case 0 -> new HashSet<>();
            case 1 -> new TreeSet<>();
            case 2 -> new LinkedHashSet<>();
            case 3 -> new ConcurrentSkipListSet<>();
            default -> Set.copyOf(elements);
        };
        if (set.isEmpty()) {
            set.addAll(elements);
        }
        return set;
    }

    private static Map<String, Integer> map(int n, Random random) {
        Map<String, Integer> map = random.nextBoolean() ? new TreeMap<>() : new HashMap<>();
        shuffled(List.of(1, 2, 3), random).forEach(i -> map.put("key " + "x".repeat(i), n + i));
        return random.nextBoolean() ? Map.copyOf(map) : map;
    }

    @SuppressWarnings("unchecked")
    private static <T> List<T> list(List<T> elements, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> new ArrayList<>(elements);
            case 1 -> new LinkedList<>(elements);
            case 2 -> new CopyOnWriteArrayList<>(elements);
            default -> (List<T>) Arrays.asList(elements.toArray());
        };
    }

    private static Optional<String> add(BatchTime time, Object key, Optional<Integer> value, State<String> state) {
        if (value.orElseThrow() < 0) {
            state.remove();
        } else {
            int sum = state.getOption()
                            .map(text -> Integer.parseInt(text.strip()))
                            .orElse(0)
                    + value.get();
            state.update(sum + " ".repeat(300));
        }
        return Optional.empty();
    }

    private record Seen(Map<Integer, Integer> state, Map<Integer, Integer> window) {}

    private static Map<Integer, Integer> numbered(List<Tuple2<Object, Integer>> pairs, Map<Object, Integer> numbers) {
        Map<Integer, Integer> found = new HashMap<>();
        for (Tuple2<Object, Integer> pair : pairs) {
            assertThat(found.put(Objects.requireNonNull(numbers.get(pair._1())), pair._2()))
                    .isNull();
        }
        return found;
    }

    private void life(
            List<List<Tuple2<Object, Integer>>> input,
            String budget,
            int batches,
            Map<Object, Integer> numbers,
            List<Seen> seen) {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[3]")
                .set("millrace.memory.budget", budget)
                .set("millrace.streaming.checkpoint.snapshotBytes", "20k")
                .registerTypes(Point.class, Tagged.class, Hashed.class, Place.class);
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            ssc.checkpoint(directory.toString());
            PairDStream<Object, Integer> pairs =
                    Programs.batches(ssc, input).named("input").mapToPair(pair -> pair);
            MapWithStateDStream<Object, Integer, String, String> state =
                    pairs.mapWithState(StateType.of("sums", String.class), KeysOfManyKindsTest::add);
            state.foreachRDD(rdd -> rdd.count()).named("mapped");
            List<Map<Integer, Integer>> states = new ArrayList<>();
            state.stateSnapshots()
                    .foreachRDD(
                            "states",
                            rdd -> states.add(numbered(
                                    rdd.mapValues(text -> Integer.parseInt(text.strip()))
                                            .collect(),
                                    numbers)));
            pairs.reduceByKeyAndWindow(Integer::sum, Durations.seconds(WINDOW))
                    .named("window")
                    .foreachRDD(
                            "windows", rdd -> seen.add(new Seen(states.remove(0), numbered(rdd.collect(), numbers))));
            ssc.runBatches(batches);
        }
    }

    @Test
    void shouldGiveWhatMapsByNumberGive() {
        long seed = System.nanoTime();
        System.out.println("keys of many kinds: seed " + seed);
        Random random = new Random(seed);
        Map<Object, Integer> numbers = new HashMap<>();
        for (int number = 0; number < NUMBERS; number++) {
            assertThat(numbers.put(key(number, random), number)).isNull();
        }
        List<List<Tuple2<Object, Integer>>> input = new ArrayList<>();
        List<Map<Integer, Integer>> added = new ArrayList<>();
        List<Seen> expected = new ArrayList<>();
        Map<Integer, Integer> state = new HashMap<>();
        for (int batch = 0; batch < BATCHES; batch++) {
            List<Tuple2<Object, Integer>> records = new ArrayList<>();
            Map<Integer, Integer> sums = new HashMap<>();
            for (int i = random.nextInt(700); i > 0; i--) {
                int number = random.nextInt(NUMBERS);
                int value = random.nextInt(4) == 0 ? -1 : random.nextInt(10);
                records.add(Tuple2.of(key(number, random), value));
                sums.merge(number, value, Integer::sum);
                if (value < 0) {
                    state.remove(number);
                } else {
                    state.merge(number, value, Integer::sum);
                }
            }
            input.add(records);
            added.add(sums);
            Map<Integer, Integer> window = new HashMap<>();
            added.subList(Math.max(0, batch + 1 - WINDOW), batch + 1)
                    .forEach(pane -> pane.forEach((number, sum) -> window.merge(number, sum, Integer::sum)));
            expected.add(new Seen(new HashMap<>(state), window));
        }
        List<Seen> seen = new ArrayList<>();
        while (seen.size() < BATCHES) {
            int batches = Math.min(BATCHES - seen.size(), 1 + random.nextInt(4));
            life(input, random.nextInt(4) == 0 ? "64m" : "100k", batches, numbers, seen);
        }
        assertThat(seen).as("seed %d", seed).isEqualTo(expected);
    }
}
