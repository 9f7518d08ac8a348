/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TouchOrderTest {
    /** Puts, touches and removes at random, against a map that keeps the order of first arrival. */
    @Test
    void shouldFindTheKeysThatAreIdleInOrderOfFirstArrival() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            StateTable<String, Integer> table = new StateTable<>(true);
            Map<String, Long> model = new LinkedHashMap<>();
            for (long time = 0; time < 300; time++) {
                for (int i = random.nextInt(6); i > 0; i--) {
                    String key = "k" + random.nextInt(60);
                    switch (random.nextInt(3)) {
                        case 0 -> {
                            table.put(key, key.hashCode(), i, time);
                            model.put(key, time);
                        }
                        case 1 -> {
                            table.touch(key, key.hashCode(), time);
                            model.replace(key, time);
                        }
                        default -> {
                            table.remove(key, key.hashCode());
                            model.remove(key);
                        }
                    }
                }
                long limit = time - random.nextInt(40);
                assertThat(idle(table, limit)).as("seed %d", seed).isEqualTo(idle(model, limit));
            }
            assertThat(idle(reloaded(table, model), 280)).as("seed %d", seed).isEqualTo(idle(model, 280));
        }
    }

    /** What a restart makes of it: the entries in their order, whose times are in no order. */
    private static StateTable<String, Integer> reloaded(StateTable<String, Integer> table, Map<String, Long> model) {
        StateTable<String, Integer> again = new StateTable<>(true);
        model.forEach((key, time) -> {
            int index = table.find(key, key.hashCode());
            assertThat(table.touched(index)).isEqualTo(time);
            again.load(key, key.hashCode(), table.value(index), time);
        });
        again.loaded();
        return again;
    }

    private static List<String> idle(StateTable<String, Integer> table, long limit) {
        List<String> keys = new ArrayList<>();
        for (StateEntries<String> idle = table.touchedBefore(limit); idle.next(); ) {
            keys.add(idle.key());
        }
        return keys;
    }

    private static List<String> idle(Map<String, Long> model, long limit) {
        return model.entrySet().stream()
                .filter(entry -> entry.getValue() < limit)
                .map(Map.Entry::getKey)
                .collect(Collectors.toList());
    }
}
