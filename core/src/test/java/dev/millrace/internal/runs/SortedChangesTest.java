/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.codec.Schemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Changes add up together to what they add up to as runs of one change each. */
class SortedChangesTest {
    private final Schemas schemas = new Schemas();

    /** An entry without its number of arrival, whose size says only who came first. */
    private record Entry(String key, String change, boolean sorted, boolean again, long touched, String value) {
        static Entry of(RunCursor at) {
            return new Entry(
                    Arrays.toString(Arrays.copyOfRange(at.keyArray(), at.keyFrom(), at.keyTo())),
                    at.change().toString(),
                    at.isSorted(),
                    at.isAgain(),
                    at.touched(),
                    Arrays.toString(Arrays.copyOfRange(at.valueArray(), at.valueFrom(), at.valueTo())));
        }
    }

    private record Seen(List<Entry> entries, List<String> byArrival) {
        static Seen of(RunCursor at) {
            record Arrived(long arrival, String key) {}
            List<Entry> entries = new ArrayList<>();
            List<Arrived> arrived = new ArrayList<>();
            while (at.next()) {
                Entry entry = Entry.of(at);
                entries.add(entry);
                if (entry.change().equals("PUT")) {
                    arrived.add(new Arrived(at.arrival(), entry.key()));
                }
            }
            arrived.sort((one, other) -> Long.compare(one.arrival(), other.arrival()));
            return new Seen(entries, arrived.stream().map(Arrived::key).toList());
        }
    }

    /**
     * @param addressBits with 60 and more many keys are alike in what is left of their positions
     * @param characters of a key
     */
    @ParameterizedTest
    @CsvSource({
        "30, 1000, 200, 5",
        "30, 2000, 3, 5",
        "60, 2000, 200, 5",
        "62, 1000, 30, 5",
        "62, 3000, 2, 5",
        "30, 500, 50, 200",
    })
    void shouldAddUpAsRunsDo(int addressBits, int count, int keys, int characters) {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        EncodedChanges together = new EncodedChanges(addressBits);
        List<RunCursor> alone = new ArrayList<>();
        long arrived = 0;
        for (int i = 0; i < count; i++) {
            byte[] block = block(random, "k".repeat(characters) + random.nextInt(keys));
            together.add(block, schemas);
            EncodedChanges one = new EncodedChanges();
            one.add(block, schemas);
            alone.add(one.sorted(arrived));
            arrived += one.numbers();
        }
        Collections.reverse(alone);
        Seen expected = Seen.of(new RunMerge(alone, false));
        assertThat(Seen.of(together.sorted(0))).as("seed %d", seed).isEqualTo(expected);
        assertThat(Seen.of(together.sorted(7))).as("once more, seed %d", seed).isEqualTo(expected);
    }

    private static byte[] block(Random random, String key) {
        ChangeBlock block = new ChangeBlock(RunFiles.CODEC);
        block.touchedAt(random.nextInt(5) == 0 ? ChangeBlock.UNTIMED : random.nextInt(1000));
        switch (random.nextInt(8)) {
            case 0 -> block.remove(key);
            case 1, 2 -> block.touch(key);
            default -> block.put(key, random.nextInt());
        }
        return block.toBytes();
    }
}
