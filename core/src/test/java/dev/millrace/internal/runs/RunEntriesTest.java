/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.receive.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** A table in memory: of each key the last entry is what becomes part of a run. */
class RunEntriesTest {
    private record Entry(String change, String value, boolean sorted, boolean again, long arrival, long touched) {}

    private final RunEntries entries = new RunEntries();
    private final Map<String, Entry> model = new HashMap<>();

    @RepeatedTest(10)
    void shouldHoldTheLastEntryOfEachKey() throws IOException {
        long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = random.nextInt(3000); i > 0; i--) {
            change("key-" + random.nextInt(300), random);
        }
        assertThat(entries.size()).as("seed %d", seed).isEqualTo(model.size());
        assertThat(read(entries.sorted())).as("seed %d", seed).isEqualTo(model);
        Run run = new RunFiles(new MemoryStore(), new Schemas()).write(entries.sorted()); // which looks at the order
        assertThat(read(run.cursor())).as("seed %d", seed).isEqualTo(model);
    }

    private void change(String key, Random random) {
        long touched = random.nextInt(4) == 0 ? ChangeBlock.UNTIMED : random.nextInt(1000);
        switch (random.nextInt(4)) {
            case 0 -> {
                entries.remove(bytes(key));
                model.put(key, new Entry("REMOVE", "", false, false, 0, ChangeBlock.UNTIMED));
            }
            case 1 -> {
                Entry before = model.get(key);
                entries.touch(bytes(key), touched);
                if (before == null || before.change.equals("TOUCH")) {
                    model.put(key, new Entry("TOUCH", "", false, false, 0, touched));
                } else if (before.change.equals("PUT")) {
                    model.put(
                            key, new Entry("PUT", before.value, before.sorted, before.again, before.arrival, touched));
                }
            }
            default -> {
                Entry put = new Entry(
                        "PUT",
                        "value ".repeat(random.nextInt(5)),
                        random.nextBoolean(),
                        random.nextBoolean(),
                        random.nextInt(1000),
                        touched);
                entries.put(bytes(key), put.sorted, put.again, bytes(put.value), put.arrival, touched);
                model.put(key, put);
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Map<String, Entry> read(RunCursor cursor) {
        Map<String, Entry> read = new HashMap<>();
        while (cursor.next()) {
            boolean isPut = cursor.change() == ChangeBlock.Change.PUT;
            read.put(
                    text(cursor.keyArray(), cursor.keyFrom(), cursor.keyTo()),
                    new Entry(
                            cursor.change().toString(),
                            isPut ? text(cursor.valueArray(), cursor.valueFrom(), cursor.valueTo()) : "",
                            cursor.isSorted(),
                            cursor.isAgain(),
                            isPut ? cursor.arrival() : 0,
                            cursor.touched()));
        }
        return read;
    }

    private static String text(byte[] array, int from, int to) {
        return new String(array, from, to - from, StandardCharsets.US_ASCII);
    }

    @Test
    void shouldTellApartKeysOfOnePosition() {
        List<byte[]> keys = CollidingKeys.of(3000);
        for (int i = 0; i < keys.size(); i++) {
            entries.put(keys.get(i), false, false, bytes("before"), 0, ChangeBlock.UNTIMED);
            entries.put(keys.get(i), false, false, bytes("" + i), i, ChangeBlock.UNTIMED);
        }
        assertThat(entries.size()).isEqualTo(keys.size());
        RunCursor sorted = entries.sorted();
        byte[] before = {};
        for (int i = 0; i < keys.size(); i++) {
            assertThat(sorted.next()).isTrue();
            byte[] key = Arrays.copyOfRange(sorted.keyArray(), sorted.keyFrom(), sorted.keyTo());
            assertThat(Arrays.compareUnsigned(before, key)).isNegative();
            assertThat(key).isEqualTo(keys.get((int) sorted.arrival()));
            before = key;
        }
        assertThat(sorted.next()).isFalse();
    }
}
