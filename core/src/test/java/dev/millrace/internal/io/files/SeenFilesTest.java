/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SeenFilesTest {
    private static final int MILLION = 1_000_000;

    /** Few keys with few home slots, so that chains are long and entries move. */
    private static FileKey key(Random random) {
        return new FileKey(random.nextInt(3), random.nextInt(40), random.nextInt(30));
    }

    @Test
    void shouldHoldWhatAMapHolds() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        SeenFiles seen = new SeenFiles();
        Map<FileKey, SeenFile> model = new HashMap<>();
        Map<FileKey, FileKey> byHash = new HashMap<>(); // a fingerprint belongs to one directory
        for (int round = 1; round < 60; round++) {
            Set<FileKey> met = new HashSet<>();
            for (int i = 0; i < 300; i++) {
                FileKey drawn = key(random);
                FileKey key = byHash.computeIfAbsent(new FileKey(0, drawn.high(), drawn.low()), hash -> drawn);
                if (random.nextBoolean()) {
                    SeenFile file =
                            new SeenFile(random.nextLong(), random.nextInt(), random.nextLong(), random.nextInt());
                    seen.put(key, file, round);
                    model.put(key, file);
                    met.add(key);
                } else {
                    assertThat(seen.meet(key, round)).as("seed %d", seed).isEqualTo(model.get(key));
                    if (model.containsKey(key)) {
                        met.add(key);
                    }
                }
            }
            long directory = random.nextInt(3);
            Map<FileKey, SeenFile> shown = new HashMap<>();
            seen.sweep(List.of(directory), round, (key, file) -> {
                shown.put(key, file);
                return key.low() % 2 == 0;
            });
            Map<FileKey, SeenFile> expected = new HashMap<>(model);
            expected.keySet().removeIf(key -> key.directory() != directory || met.contains(key));
            assertThat(shown).as("seed %d", seed).isEqualTo(expected);
            expected.keySet().stream().filter(key -> key.low() % 2 == 0).forEach(model::remove);
            assertThat(seen.size()).isEqualTo(model.size());
            for (FileKey key : byHash.values()) {
                assertThat(seen.get(key)).as("seed %d", seed).isEqualTo(model.get(key));
            }
        }
    }

    private static long used() {
        for (int i = 0; i < 5; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    @Tag("full")
    void shouldTakeAtMost64BytesAPathWhenThereAreAMillion() {
        FileKey.Maker keys = new FileKey.Maker();
        long before = used();
        SeenFiles seen = new SeenFiles();
        for (int i = 0; i < MILLION; i++) {
            seen.put(keys.of(7, "part-" + i), new SeenFile(i, i, i, 0), 0);
        }
        double bytes = (double) (used() - before) / MILLION;
        System.out.printf("%.1f bytes a seen path%n", bytes);
        assertThat(bytes).isBetween(48.0, 64.0);
        List<FileKey> missed = new ArrayList<>();
        for (int i = 0; i < MILLION; i++) {
            FileKey key = keys.of(7, "part-" + i);
            if (seen.get(key) == null) {
                missed.add(key);
            }
        }
        assertThat(missed).isEmpty();
    }
}
