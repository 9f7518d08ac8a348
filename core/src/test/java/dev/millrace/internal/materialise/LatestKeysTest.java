/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.materialise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LatestKeysTest {
    private static int hash(@Nullable Integer key) {
        return key == null ? 0 : key / 3; // some collide
    }

    private static void arrive(LatestKeys<@Nullable Integer, Integer> keys, @Nullable Integer key, int value) {
        int index = keys.find(key, hash(key));
        if (index < 0) {
            keys.append(key, hash(key), value);
        } else {
            keys.renew(index);
        }
    }

    private static List<@Nullable Integer> inOrder(LatestKeys<@Nullable Integer, Integer> keys) {
        keys.settle();
        List<@Nullable Integer> order = new ArrayList<>();
        for (int place = 0; place < keys.size(); place++) {
            order.add(keys.key(keys.at(place)));
        }
        return order;
    }

    /** Keys come, come again and go, now a few, now thousands; the model moves a key by removing and adding it. */
    @Test
    void shouldKeepTheOrderOfALinkedHashMapUnderRandomChanges() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            LatestKeys<@Nullable Integer, Integer> keys = new LatestKeys<>();
            Map<@Nullable Integer, Integer> model = new LinkedHashMap<>();
            for (int change = 0; change < 40; change++) {
                int range = 1 + random.nextInt(random.nextInt(8) == 0 ? 3000 : 40);
                boolean arrives = random.nextInt(3) > 0;
                for (int i = random.nextInt(2 * range); i >= 0; i--) {
                    Integer key = random.nextInt(20) == 0 ? null : random.nextInt(range);
                    if (arrives) {
                        arrive(keys, key, i);
                        Integer value = model.remove(key);
                        model.put(key, value == null ? i : value);
                    } else if (model.remove(key) != null) {
                        keys.remove(keys.find(key, hash(key)));
                    }
                }
                assertThat(inOrder(keys)).as("seed %d", seed).isEqualTo(new ArrayList<>(model.keySet()));
                model.forEach((key, value) ->
                        assertThat(keys.value(keys.find(key, hash(key)))).isEqualTo(value));
                assertThat(keys.find(-1, hash(-1))).isEqualTo(-1);
            }
        }
    }

    @Test
    void shouldGiveBackItsRoomWhenABurstOfKeysHasGone() {
        LatestKeys<@Nullable Integer, Integer> keys = new LatestKeys<>();
        for (int key = 0; key < 100; key++) {
            arrive(keys, key, key);
        }
        long before = keys.bytes();
        for (int key = 0; key < 100_000; key++) {
            arrive(keys, key, key);
        }
        assertThat(keys.bytes()).isGreaterThan(100_000L * 5 * Integer.BYTES);
        keys.settle();
        for (int place = 0; place < 99_900; place++) {
            keys.remove(keys.at(place));
        }
        keys.settle();
        assertThat(keys.bytes()).isLessThanOrEqualTo(2 * before);
        assertThat(keys.size()).isEqualTo(100);
        assertThat(keys.key(keys.at(0))).isEqualTo(99_900);
    }

    @Test
    void shouldTakeNoRoomForKeysThatComeAgain() {
        LatestKeys<@Nullable Integer, Integer> keys = new LatestKeys<>();
        for (int key = 0; key < 100; key++) {
            arrive(keys, key, key);
        }
        long before = keys.bytes();
        int index = keys.find(5, hash(5));
        for (int i = 0; i < 100_000; i++) {
            arrive(keys, i % 100, i);
        }
        assertThat(keys.bytes()).isEqualTo(before);
        assertThat(keys.find(5, hash(5))).as("its index").isEqualTo(index);
    }
}
