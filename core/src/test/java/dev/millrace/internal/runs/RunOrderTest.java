/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunOrderTest {
    private static final String TEXT = "sixteen and more bytes";

    /** Files are in this order: it never changes. */
    @Test
    void shouldGiveEachKeyTheSamePositionForEver() {
        List<String> positions = IntStream.of(0, 1, 7, 8, 9, 16, 22)
                .mapToObj(length -> Long.toHexString(RunOrder.position(TEXT.getBytes(), 0, length)))
                .toList();
        assertThat(positions)
                .containsExactly(
                        "0",
                        "7fd8f259fb51a77a",
                        "b4f935f0edc870d0",
                        "f86f986b8507c555",
                        "fb496982a80b4d07",
                        "cf3676540c02eccf",
                        "a6b1f2e84e5ef6a6");
    }

    @Test
    void shouldSortByPositionAndThenByKey() {
        long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int count : new int[] {0, 1, 2, 100, 5000}) {
            long[] positions = new long[count];
            int[] keys = new int[count];
            for (int i = 0; i < count; i++) {
                long position = random.nextInt(3) == 0 ? random.nextInt(5) : random.nextLong();
                positions[i] = random.nextBoolean() ? position : position & 0xFFFF_FFFF_FFFF_0000L;
                keys[i] = random.nextInt();
            }
            Comparator<Integer> byPosition = (one, other) -> Long.compareUnsigned(positions[one], positions[other]);
            int[] expected = IntStream.range(0, count)
                    .boxed()
                    .sorted(byPosition.thenComparing(number -> keys[number]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            int[] sorted = RunOrder.sorted(positions, count, (one, other) -> Integer.compare(keys[one], keys[other]));
            assertThat(sorted).as("seed %d", seed).isEqualTo(expected);
        }
    }

    /** An index and a filter rely on it. */
    @Test
    void shouldSpreadPositionsOfNumbersEvenly() {
        int[] counts = new int[1 << 8];
        for (int i = 0; i < 256 * 1000; i++) {
            byte[] key = {1, (byte) i, (byte) (i >>> 8), (byte) (i >>> 16)};
            counts[(int) (RunOrder.position(key, 0, key.length) >>> 56)]++;
        }
        assertThat(Arrays.stream(counts).min().orElse(0)).isGreaterThan(850);
        assertThat(Arrays.stream(counts).max().orElse(0)).isLessThan(1150);
    }

    @Test
    void shouldHaveCollidingKeysForTheTests() {
        assertThat(CollidingKeys.of(100).stream().mapToLong(key -> RunOrder.position(key, 0, key.length)))
                .containsOnly(RunOrder.position(CollidingKeys.of(1).get(0), 0, 16));
    }
}
