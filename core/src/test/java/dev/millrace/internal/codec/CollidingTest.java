/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Tuple2;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sets and maps of elements that collide do what others do; the content hash agrees with equals. */
class CollidingTest {
    private static List<String> element(int number) {
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < 9; bit++) {
            text.append((number >> bit & 1) == 1 ? "Aa" : "BB");
        }
        return List.of(text.toString());
    }

    private static List<List<String>> elements(int from, int to) {
        return IntStream.range(from, to).mapToObj(CollidingTest::element).toList();
    }

    @Test
    void shouldBeASetLikeOthers() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        LinkedHashSet<Object> set = CollidingSet.of(elements(0, 200));
        assertThat(set).isInstanceOf(CollidingSet.class);
        Set<Object> model = new LinkedHashSet<>(elements(0, 200));
        for (int step = 0; step < 2_000; step++) {
            List<String> element = element(random.nextInt(400));
            switch (random.nextInt(6)) {
                case 0, 1 -> assertThat(set.add(element)).isEqualTo(model.add(element));
                case 2 -> assertThat(set.remove(element)).isEqualTo(model.remove(element));
                case 3 -> assertThat(set.contains(element)).isEqualTo(model.contains(element));
                case 4 -> {
                    assertThat(set.removeAll(List.of(element))).isEqualTo(model.removeAll(List.of(element)));
                    assertThat(set.addAll(List.of(element, element(1))))
                            .isEqualTo(model.addAll(List.of(element, element(1))));
                }
                default -> assertThat(set.removeIf(element::equals)).isEqualTo(model.removeIf(element::equals));
            }
        }
        assertThat(set).as("seed %d", seed).hasSameSizeAs(model).hasSameHashCodeAs(model);
        assertThat(set.equals(model)).isTrue();
        assertThat(model.equals(set)).isTrue();
        assertThat(set.clone()).isEqualTo(model);
        assertThat(set.toArray()).containsExactly(model.toArray());
        assertThat(set.toArray(new Object[0])).containsExactly(model.toArray());
        assertThat(set.stream().toList()).isEqualTo(List.copyOf(model));
        assertThat(set.toString()).isEqualTo(model.toString());
        List<Object> each = new ArrayList<>();
        set.forEach(each::add);
        assertThat(each).containsExactlyElementsOf(model);
        set.retainAll(elements(0, 10));
        model.retainAll(elements(0, 10));
        assertThat(set).containsExactlyElementsOf(model);
        set.clear();
        assertThat(set.isEmpty()).isTrue();
    }

    @Test
    void shouldBeAMapLikeOthers() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<List<String>> keys = elements(0, 200);
        Map<Object, Object> map = CollidingMap.of(keys, keys);
        assertThat(map).isInstanceOf(CollidingMap.class);
        Map<Object, Object> model = new LinkedHashMap<>();
        keys.forEach(key -> model.put(key, key));
        for (int step = 0; step < 3_000; step++) {
            Object key = element(random.nextInt(400));
            Object value = random.nextInt(3);
            for (Map<Object, Object> each : List.of(map, model)) {
                switch (step % 12) {
                    case 0, 1 -> each.put(key, value);
                    case 2 -> each.remove(key);
                    case 3 -> each.putIfAbsent(key, value);
                    case 4 -> each.computeIfAbsent(key, k -> value);
                    case 5 -> each.computeIfPresent(key, (k, v) -> value.equals(v) ? null : value);
                    case 6 -> each.compute(key, (k, v) -> v == null ? value : null);
                    case 7 -> each.merge(key, value, (a, b) -> b.equals(0) ? null : b);
                    case 8 -> each.replace(key, value);
                    case 9 -> each.replace(key, 1, value);
                    case 10 -> each.remove(key, value);
                    default -> {
                        Iterator<Map.Entry<Object, Object>> entries =
                                each.entrySet().iterator();
                        entries.next().setValue(value);
                        entries.next();
                        entries.remove();
                    }
                }
            }
            assertThat(map.get(key)).isEqualTo(model.get(key));
            assertThat(map.getOrDefault(key, "none")).isEqualTo(model.getOrDefault(key, "none"));
            assertThat(map.containsKey(key)).isEqualTo(model.containsKey(key));
        }
        assertThat(map.equals(model)).as("seed %d", seed).isTrue();
        assertThat(model.equals(map)).isTrue();
        assertThat(map).hasSameHashCodeAs(model).hasToString(model.toString());
        assertThat(List.copyOf(map.keySet())).isEqualTo(List.copyOf(model.keySet()));
        assertThat(List.copyOf(map.values())).isEqualTo(List.copyOf(model.values()));
        assertThat(map.containsValue(1)).isEqualTo(model.containsValue(1));
        assertThat(((LinkedHashMap<?, ?>) map).clone()).isEqualTo(model);
        map.replaceAll((key, value) -> "same");
        Map<Object, Object> other = new HashMap<>();
        map.forEach(other::put);
        assertThat(other).hasSameSizeAs(model).containsValue("same");
        map.clear();
        map.putAll(model);
        assertThat(map).containsExactlyEntriesOf(model);
    }

    @Test
    void shouldStayOrdinaryUnlessManyCollide() {
        assertThat(CollidingSet.of(elements(0, 60))).isExactlyInstanceOf(LinkedHashSet.class);
        List<Object> lists = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            lists.add(List.of(i, i % 7));
        }
        assertThat(CollidingSet.of(lists)).isExactlyInstanceOf(LinkedHashSet.class);
        ValueCodec codec = ValueCodec.builtIn();
        Set<Object> colliding = new HashSet<>(elements(0, 300));
        Object read = codec.decode(codec.encode(colliding));
        assertThat(read).isInstanceOf(CollidingSet.class).isEqualTo(colliding);
        ByteSink sink = new ByteSink();
        codec.writer(new Schemas(), sink, ValueWriter.Form.SAME_CLASS).write(read); // which it may be again
        assertThat(sink.size()).isPositive();
    }

    record Pair(Object one, double other) {}

    @Test
    void shouldHashAllThatAKeyConsistsOf() {
        List<List<Object>> equal = List.of(
                Arrays.asList(null, null),
                List.of("text", new String("text")),
                List.of(new ArrayList<>(List.of(1, "a")), new LinkedList<>(List.of(1, "a"))),
                List.of(new TreeSet<>(Set.of("a", "b")), new LinkedHashSet<>(List.of("b", "a"))),
                List.of(new TreeMap<>(Map.of("a", 1, "b", 2)), Map.of("b", 2, "a", 1)),
                List.of(new Pair(List.of(1L), 0.5), new Pair(new LinkedList<>(List.of(1L)), 0.5)),
                List.of(Tuple2.of(1, Optional.of("x")), Tuple2.of(1, Optional.of("x"))),
                List.of(new BigDecimal("1.50"), new BigDecimal("1.50")),
                List.of(BigInteger.TEN, new BigInteger("10")),
                List.of(Instant.ofEpochSecond(5, 7), Instant.ofEpochSecond(5, 7)),
                List.of(Duration.ofMillis(1), Duration.ofNanos(1_000_000)),
                List.of(LocalDateTime.of(2020, 1, 2, 3, 4), LocalDateTime.of(2020, 1, 2, 3, 4)),
                List.of(new UUID(1, 2), new UUID(1, 2)),
                List.of(Map.entry("a", 1), new java.util.AbstractMap.SimpleEntry<>("a", 1)),
                List.of(Double.NaN, Double.longBitsToDouble(0x7ff8000000000001L)));
        Set<Integer> hashes = new HashSet<>();
        for (List<Object> both : equal) {
            assertThat(both.get(0)).isEqualTo(both.get(1));
            assertThat(ContentHash.of(both.get(0))).isEqualTo(ContentHash.of(both.get(1)));
            hashes.add(ContentHash.of(both.get(0)));
        }
        assertThat(hashes).hasSize(equal.size());
        List<Object> texts = new ArrayList<>();
        for (int length = 0; length < 9; length++) {
            texts.add("\0".repeat(length));
            texts.add(List.of("a".repeat(length), "a".repeat(9 - length)));
        }
        texts.addAll(elements(0, 512));
        assertThat(texts.stream().map(ContentHash::of).distinct()).hasSizeGreaterThan(texts.size() - 2);
    }
}
