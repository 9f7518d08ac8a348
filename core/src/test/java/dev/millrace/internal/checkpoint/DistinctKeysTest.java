/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistinctKeysTest {
    private static final int KEYS = 5_000;
    private static final int LITTLE = 16 * 64; // 64 slots, so that there are some 300 passes

    private static byte[] key(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    private static boolean areDistinct(DistinctKeys distinct, IntStream numbers) {
        int[] all = numbers.toArray();
        do {
            for (int number : all) {
                if (!distinct.add(key(number))) {
                    return false;
                }
            }
        } while (distinct.needsAnotherPass());
        return true;
    }

    @ParameterizedTest
    @ValueSource(ints = {LITTLE, 1 << 20})
    void shouldFindEqualKeysWhereverTheyStand(int bytes) {
        for (int again = 0; again < KEYS; again += 97) {
            IntStream numbers = IntStream.concat(IntStream.range(0, KEYS), IntStream.of(again));
            assertThat(areDistinct(new DistinctKeys(bytes), numbers))
                    .as("with %s once more", again)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {LITTLE, 1 << 20})
    void shouldTakeKeysThatDiffer(int bytes) {
        assertThat(areDistinct(new DistinctKeys(bytes), IntStream.range(0, KEYS)))
                .isTrue();
    }

    @Test
    void shouldNeedOnePassIfThereIsRoom() {
        DistinctKeys distinct = new DistinctKeys(1 << 20);
        IntStream.range(0, KEYS).forEach(number -> distinct.add(key(number)));
        assertThat(distinct.needsAnotherPass()).isFalse();
    }
}
