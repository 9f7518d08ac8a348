/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.ChangeBlock.Change;
import dev.millrace.internal.changes.RawBlock;
import dev.millrace.internal.codec.Schemas;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sums of changes of many keys, some of which were made to share a position. */
class EncodedChangesTest {
    private static final long FIRST_ARRIVAL = 7;

    private record Entry(
            Change change, boolean again, @Nullable String value, long touched) {}

    /** An entry, and the number of the change by which its key has come. */
    private record Numbered(Entry entry, int number) {}

    private final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Schemas schemas = new Schemas();
    private final Map<ByteBuffer, Numbered> model = new HashMap<>();
    private int changed;

    @ParameterizedTest
    @CsvSource({"50, 20, 8", "200, 5000, 12", "5000, 30000, 30", "3, 30000, 30"})
    void shouldAddUpToWhatTheChangesOfEachKeyMake(int distinct, int count, int addressBits) {
        List<byte[]> keys = new ArrayList<>(CollidingKeys.of(Math.min(distinct, 100)));
        while (keys.size() < distinct) {
            keys.add(("key-" + keys.size()).getBytes(StandardCharsets.UTF_8));
        }
        EncodedChanges changes = new EncodedChanges(addressBits);
        while (changed < count) {
            changes.add(block(keys, 1 + random.nextInt(random.nextBoolean() ? 10 : 3000)), schemas);
            if (random.nextInt(5) == 0) {
                check(changes);
            }
        }
        check(changes);
    }

    private byte[] block(List<byte[]> keys, int count) {
        RawBlock block = new RawBlock(schemas);
        long time = random.nextInt(3) == 0 ? ChangeBlock.UNTIMED : random.nextInt(1000);
        for (int i = 0; i < count; i++) {
            byte[] key = keys.get(random.nextInt(keys.size()));
            time = random.nextInt(50) == 0 ? random.nextInt(1000) : time;
            change(block, key, model.get(ByteBuffer.wrap(key)), time);
            changed++;
        }
        return block.take();
    }

    private void change(RawBlock block, byte[] key, @Nullable Numbered before, long time) {
        Change last = before == null ? null : before.entry.change;
        Numbered after;
        if (random.nextInt(4) == 0) {
            block.remove(key);
            after = new Numbered(new Entry(Change.REMOVE, false, null, ChangeBlock.UNTIMED), 0);
        } else if (before != null && last != Change.REMOVE && random.nextBoolean()) {
            block.touch(key, 0, key.length, time);
            after = new Numbered(new Entry(last, before.entry.again, before.entry.value, time), before.number);
        } else if (before == null && random.nextBoolean()) {
            block.touch(key, 0, key.length, time);
            after = new Numbered(new Entry(Change.TOUCH, false, null, time), 0);
        } else {
            String text = "v".repeat(random.nextInt(200));
            byte[] value = text.getBytes(StandardCharsets.UTF_8);
            block.put(key, 0, key.length, false, value, 0, value.length, time);
            boolean again = last == Change.REMOVE || last == Change.PUT && before.entry.again;
            after = new Numbered(
                    new Entry(Change.PUT, again, text, time), last == Change.PUT ? before.number : changed);
        }
        model.put(ByteBuffer.wrap(key), after);
    }

    private void check(EncodedChanges changes) {
        Map<ByteBuffer, Entry> found = new HashMap<>();
        Map<ByteBuffer, Long> arrivals = new HashMap<>();
        byte[] last = null;
        try (RunCursor at = changes.sorted(FIRST_ARRIVAL)) {
            while (at.next()) {
                byte[] key = Arrays.copyOfRange(at.keyArray(), at.keyFrom(), at.keyTo());
                assertThat(last == null || isBefore(last, key))
                        .as("order, seed %d", seed)
                        .isTrue();
                last = key;
                boolean isPut = at.change() == Change.PUT;
                String value = isPut
                        ? new String(
                                at.valueArray(), at.valueFrom(), at.valueTo() - at.valueFrom(), StandardCharsets.UTF_8)
                        : null;
                found.put(ByteBuffer.wrap(key), new Entry(at.change(), isPut && at.isAgain(), value, at.touched()));
                if (isPut) {
                    arrivals.put(ByteBuffer.wrap(key), at.arrival());
                }
            }
        }
        Map<ByteBuffer, Entry> expected = new HashMap<>();
        model.forEach((key, numbered) -> expected.put(key, numbered.entry));
        assertThat(found).as("seed %d", seed).isEqualTo(expected);
        assertThat(arrivals.values())
                .as("arrivals, seed %d", seed)
                .doesNotHaveDuplicates()
                .allMatch(arrival -> arrival >= FIRST_ARRIVAL && arrival < FIRST_ARRIVAL + changes.numbers());
        assertThat(byNumber(arrivals.keySet(), Comparator.comparing(arrivals::get)))
                .as("order of arrival, seed %d", seed)
                .isEqualTo(byNumber(arrivals.keySet(), Comparator.comparing(key -> model.get(key).number)));
    }

    private static List<ByteBuffer> byNumber(Iterable<ByteBuffer> keys, Comparator<ByteBuffer> order) {
        List<ByteBuffer> sorted = new ArrayList<>();
        keys.forEach(sorted::add);
        sorted.sort(order);
        return sorted;
    }

    private static boolean isBefore(byte[] one, byte[] other) {
        int order =
                Long.compareUnsigned(RunOrder.position(one, 0, one.length), RunOrder.position(other, 0, other.length));
        return order < 0 || order == 0 && Arrays.compareUnsigned(one, other) < 0;
    }
}
