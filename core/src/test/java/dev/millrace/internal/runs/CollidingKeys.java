/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;

/** Different keys of 16 bytes that all have the same position: the second half takes back what the first has done. */
final class CollidingKeys {
    private CollidingKeys() {}

    static List<byte[]> of(int count) {
        return IntStream.range(0, count).mapToObj(CollidingKeys::key).toList();
    }

    private static byte[] key(int number) {
        long half = number;
        return ByteBuffer.allocate(2 * Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(half)
                .putLong(RunOrder.mix(2 * Long.BYTES * RunOrder.SECOND, half))
                .array();
    }
}
