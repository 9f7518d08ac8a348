/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.ByteSink;
import dev.millrace.internal.codec.ByteSource;
import dev.millrace.internal.codec.ValueCodec;
import java.util.Arrays;
import java.util.List;

/**
 * A frame of the log: the header of a block, a codec value with its length before it, and the block's payload.
 *
 * @param length of the payload, which ends the frame
 */
record LogRecord(BlockHeader header, int length) {
    private static final ValueCodec CODEC = ValueCodec.builtIn();

    /** Returns what stands before a block's payload. */
    static byte[] encode(BlockHeader header) {
        ByteSink sink = new ByteSink();
        sink.writeSized(CODEC.encode(Arrays.asList(
                "block", header.stream(), header.sequence(), header.format(), header.records(), header.position())));
        return sink.toBytes();
    }

    static LogRecord decode(byte[] frame) {
        ByteSource source = new ByteSource(frame);
        if (CODEC.decode(source.readSized()) instanceof List<?> values
                && values.size() == 6
                && values.get(0).equals("block")) {
            BlockHeader header = new BlockHeader(
                    (String) values.get(1),
                    (Long) values.get(2),
                    (Byte) values.get(3),
                    (Long) values.get(4),
                    values.get(5));
            return new LogRecord(header, source.remaining());
        }
        throw new CodecException("a record of a kind that this version does not know");
    }
}
