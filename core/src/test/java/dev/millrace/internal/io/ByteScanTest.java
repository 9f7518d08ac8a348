/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Eight bytes at a time sees what one at a time sees. */
class ByteScanTest {
    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(40)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextInt(5) == 0 ? '\n' : random.nextInt(3) == 0 ? '\n' | 0x80 : random.nextInt());
        }
        return bytes;
    }

    @Test
    void shouldSeeEveryByteWhereverItIs() {
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = bytes(random);
            int from = random.nextInt(bytes.length + 1);
            int until = from + random.nextInt(bytes.length - from + 1);
            int count = 0;
            int first = -1;
            int last = -1;
            for (int i = from; i < until; i++) {
                if (bytes[i] == '\n') {
                    count++;
                    first = first < 0 ? i : first;
                    last = i;
                }
            }
            assertThat(ByteScan.count(bytes, from, until, (byte) '\n'))
                    .as("count, seed %d", seed)
                    .isEqualTo(count);
            assertThat(ByteScan.indexOf(bytes, from, until, (byte) '\n'))
                    .as("first, seed %d", seed)
                    .isEqualTo(first);
            assertThat(ByteScan.lastIndexOf(bytes, from, until, (byte) '\n'))
                    .as("last, seed %d", seed)
                    .isEqualTo(last);
        }
    }

    @Test
    void shouldStandBehindAByteWhenOthersArePassedOver() {
        byte[] text = "a\n\nbcd\ne".getBytes(java.nio.charset.StandardCharsets.UTF_8);

        assertThat(ByteScan.after(text, 0, text.length, (byte) '\n', 0)).isZero();
        assertThat(ByteScan.after(text, 0, text.length, (byte) '\n', 1)).isEqualTo(2);
        assertThat(ByteScan.after(text, 0, text.length, (byte) '\n', 3)).isEqualTo(7);
        assertThat(ByteScan.after(text, 0, text.length, (byte) '\n', 4)).isEqualTo(text.length);
    }
}
