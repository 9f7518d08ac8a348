/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Key and value of a record on their way to Kafka as one row: the length of the key, or -1 for none, the key, and likewise the value. */
record RowBytes(byte @Nullable [] key, byte @Nullable [] value) {
    private static final int NONE = -1;

    byte[] encode() {
        ByteBuffer row = ByteBuffer.allocate(2 * Integer.BYTES + length(key) + length(value));
        put(row, key);
        put(row, value);
        return row.array();
    }

    static RowBytes decode(byte[] row) {
        ByteBuffer from = ByteBuffer.wrap(row);
        return new RowBytes(take(from), take(from));
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static void put(ByteBuffer row, byte @Nullable [] bytes) {
        row.putInt(bytes == null ? NONE : bytes.length);
        if (bytes != null) {
            row.put(bytes);
        }
    }

    private static byte @Nullable [] take(ByteBuffer row) {
        int length = row.getInt();
        if (length == NONE) {
            return null;
        }
        byte[] bytes = new byte[length];
        row.get(bytes);
        return bytes;
    }
}
