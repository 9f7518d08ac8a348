/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.lineage.StableHash;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderedMapTest {
    private static <K, V> void put(OrderedMap<K, V> map, K key, int hash, V value) {
        int index = map.find(key, hash);
        if (index >= 0) {
            map.setValue(index, value);
        } else {
            map.append(key, hash, value);
        }
    }

    private static <K> void remove(OrderedMap<K, ?> map, K key, int hash) {
        int index = map.find(key, hash);
        if (index >= 0) {
            map.remove(index);
        }
    }

    @Test
    void shouldBehaveLikeALinkedHashMapUnderRandomChanges() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            OrderedMap<Integer, Integer> map = new OrderedMap<>();
            Map<Integer, Integer> model = new LinkedHashMap<>();
            int range = 1 + random.nextInt(300);
            for (int i = 0; i < 1000; i++) {
                int key = random.nextInt(range);
                int hash = round % 2 == 0 ? StableHash.of(key) : key % 3; // most collide
                switch (random.nextInt(5)) {
                    case 0 -> {
                        put(map, key, hash, i);
                        model.put(key, i);
                    }
                    case 1 -> {
                        remove(map, key, hash);
                        model.remove(key);
                    }
                    case 2 -> {
                        int index = map.find(key, hash);
                        assertThat(index >= 0).as("seed %d", seed).isEqualTo(model.containsKey(key));
                        if (index >= 0) {
                            map.moveToEnd(index, key);
                            model.put(key, model.remove(key));
                        }
                    }
                    case 3 -> map.trim();
                    default ->
                        assertThat(map.get(key, hash)).as("seed %d", seed).isEqualTo(model.get(key));
                }
            }
            assertThat(entries(map)).as("seed %d", seed).isEqualTo(new ArrayList<>(model.entrySet()));
            assertThat(map.size()).isEqualTo(model.size());
        }
    }

    @Test
    void shouldFindKeysThatWereReadAheadAsWithoutThat() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            OrderedMap<Integer, Integer> map = new OrderedMap<>();
            int range = 1 + random.nextInt(300);
            boolean collide = round % 2 == 1; // so that keys are found by content in the end
            for (int i = 0; i < 300; i++) {
                int key = random.nextInt(range);
                put(map, key, collide ? key % 3 : key, i);
                int gone = random.nextInt(range);
                remove(map, gone, collide ? gone % 3 : gone);
            }
            int[] hashes = new int[100];
            int[] likely = new int[100];
            int from = random.nextInt(range + 20) - 10;
            for (int i = 0; i < hashes.length; i++) {
                hashes[i] = collide ? (from + i) % 3 : from + i;
            }
            map.readAhead(hashes, hashes.length, likely);
            map.readAhead(0, map.end()); // holes too
            for (int i = 0; i < hashes.length; i++) {
                assertThat(map.find(from + i, hashes[i], likely[i]))
                        .as("seed %d", seed)
                        .isEqualTo(map.find(from + i, hashes[i]));
            }
        }
    }

    @Test
    void shouldFindWhatWasLoadedInTheOrderGiven() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            boolean collide = round % 2 == 1; // so that keys are found by content
            int keys = random.nextInt(300);
            List<Integer> order =
                    new ArrayList<>(IntStream.range(0, keys).boxed().toList());
            Collections.shuffle(order, random);
            OrderedMap<Integer, Integer> map = new OrderedMap<>();
            for (int key = 0; key < keys; key++) {
                map.load(key, collide ? key % 3 : key, -key);
            }
            boolean stay = random.nextInt(4) == 0;
            if (stay) {
                Collections.sort(order);
            }
            map.loaded(stay ? null : order.stream().mapToInt(key -> key).toArray());
            map.append(keys, collide ? keys % 3 : keys, -keys);
            order.add(keys);
            assertThat(map.size()).as("seed %d", seed).isEqualTo(keys + 1);
            for (int i = 0; i <= keys; i++) {
                int key = order.get(i);
                assertThat(map.key(i)).as("seed %d", seed).isEqualTo(key);
                assertThat(map.value(i)).as("seed %d", seed).isEqualTo(-key);
                assertThat(map.find(key, collide ? key % 3 : key))
                        .as("seed %d", seed)
                        .isEqualTo(i);
            }
            assertThat(map.find(keys + 1, 0)).as("seed %d", seed).isEqualTo(-1);
        }
    }

    @Test
    void shouldGiveBackItsRoomWhenABurstOfKeysHasGone() {
        OrderedMap<Integer, Integer> map = new OrderedMap<>();
        for (int key = 0; key < 100; key++) {
            put(map, key, StableHash.of(key), key);
        }
        long before = map.bytes();
        for (int key = 100; key < 100_000; key++) {
            put(map, key, StableHash.of(key), key);
        }
        for (int key = 0; key < 99_900; key++) {
            remove(map, key, StableHash.of(key));
        }
        assertThat(map.bytes()).isGreaterThan(100 * before);
        map.trim();
        assertThat(map.bytes()).isLessThanOrEqualTo(2 * before);
        assertThat(map.end()).as("without holes").isEqualTo(100);
        assertThat(map.key(0)).isEqualTo(99_900);
        assertThat(map.get(99_999, StableHash.of(99_999))).isEqualTo(99_999);
    }

    @Test
    void shouldTakeNoRoomForKeysThatMoveToTheEnd() {
        OrderedMap<Integer, Integer> map = new OrderedMap<>();
        for (int key = 0; key < 100; key++) {
            put(map, key, StableHash.of(key), key);
        }
        long before = map.bytes();
        for (int i = 0; i < 100_000; i++) {
            map.moveToEnd(map.find(i % 100, StableHash.of(i % 100)), i % 100);
        }
        assertThat(map.size()).isEqualTo(100);
        assertThat(map.bytes()).isLessThanOrEqualTo(2 * before);
    }

    @Test
    void shouldKeepKeysApartWhenTheirHashesCollide() {
        OrderedMap<String, Integer> map = new OrderedMap<>();
        for (int i = 0; i < 100; i++) {
            put(map, "key" + i, 42, i);
        }
        assertThat(map.get("key57", 42)).isEqualTo(57);
        assertThat(map.get("none", 42)).isNull();
    }

    @Test
    void shouldTakeNullAsAKey() {
        OrderedMap<Object, String> map = new OrderedMap<>();
        put(map, null, 0, "nothing");
        assertThat(map.get(null, 0)).isEqualTo("nothing");
        remove(map, null, 0);
        assertThat(map.find(null, 0)).isEqualTo(-1);
    }

    private static List<Map.Entry<Integer, Integer>> entries(OrderedMap<Integer, Integer> map) {
        List<Map.Entry<Integer, Integer>> entries = new ArrayList<>();
        for (int i = 0; i < map.end(); i++) {
            if (map.isLive(i)) {
                entries.add(Map.entry(map.key(i), map.value(i)));
            }
        }
        return entries;
    }
}
