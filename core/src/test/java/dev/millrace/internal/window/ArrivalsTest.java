/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    /** Panes of all sizes come, some are missing, whole windows of them; the model has a list a pane. */
    @Test
    void shouldHoldThePanesOfAWindowUnderRandomArrivals() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            int length = 1 + random.nextInt(12);
            Arrivals<Integer> arrivals = new Arrivals<>(length);
            TreeMap<Long, List<Integer>> model = new TreeMap<>();
            List<Integer> all = new ArrayList<>();
            int first = arrivals.end(); // near the greatest int: numbers wrap around
            long pane = random.nextLong(1_000_000_000_000L);
            for (int step = 0; step < 60; step++) {
                pane += random.nextInt(5) == 0 ? 1 + random.nextInt(2 * length) : 1;
                arrivals.begin(pane);
                List<Integer> values = model.computeIfAbsent(pane, number -> new ArrayList<>());
                for (int i = random.nextInt(4) * random.nextInt(20); i > 0; i--) {
                    arrivals.add(all.size());
                    values.add(all.size());
                    all.add(all.size());
                }
                model.headMap(pane - length, true).clear();
                int held = model.values().stream().mapToInt(List::size).sum();
                String state = "seed " + seed + ", round " + round + ", step " + step;
                assertThat(arrivals.bytes()).as(state).isGreaterThanOrEqualTo(held * Arrivals.BYTES_A_VALUE);
                assertThat(arrivals.end()).as(state).isEqualTo(first + all.size());
                for (long of = pane - length + 1; of <= pane + 1; of++) {
                    int later = model.tailMap(of, true).values().stream()
                            .mapToInt(List::size)
                            .sum();
                    assertThat(arrivals.startOf(of)).as(state).isEqualTo(first + all.size() - later);
                }
                for (int i = 0; i < held; i++) {
                    int number = all.size() - 1 - (random.nextBoolean() ? i : random.nextInt(held));
                    assertThat(arrivals.get(first + number)).as(state).isEqualTo(number);
                }
            }
        }
    }
}
