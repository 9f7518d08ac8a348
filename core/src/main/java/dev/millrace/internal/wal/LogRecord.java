/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.wal;

import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.ByteSink;
import dev.millrace.internal.codec.ByteSource;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FrameWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a marked frame of the log holds: a codec value with its length before it, and for a block its payload behind it. */
sealed interface LogRecord {
    ValueCodec CODEC = ValueCodec.builtIn();

    /**
     * The first of each segment.
     *
     * @param previousBytes the length of the one before, or 0 if there was none
     * @param runs for each of the last programs that have begun segments, the first of these: its number and the epoch
     */
    record Start(long segment, long previousBytes, List<EpochFile> runs) implements LogRecord {
        byte[] encode() {
            return LogRecord.encode(
                    "segment",
                    segment,
                    previousBytes,
                    runs.stream().map(EpochFile::number).toList(),
                    runs.stream().map(EpochFile::epoch).toList());
        }

        @SuppressWarnings("unchecked") // what encode() has written
        private static Start decode(List<?> values) {
            List<Long> numbers = (List<Long>) values.get(3);
            List<Long> epochs = (List<Long>) values.get(4);
            List<EpochFile> runs = new ArrayList<>();
            for (int i = 0; i < numbers.size(); i++) {
                runs.add(new EpochFile(numbers.get(i), epochs.get(i)));
            }
            return new Start((Long) values.get(1), (Long) values.get(2), runs);
        }
    }

    /** A block, whose payload is the {@code length} bytes that follow in the frame. */
    record Block(BlockHeader header, int length) implements LogRecord {}

    /** What stands before a block's payload. */
    static byte[] encode(BlockHeader header) {
        return encode(
                "block", header.stream(), header.sequence(), header.format(), header.records(), header.position());
    }

    private static byte[] encode(@Nullable Object... values) {
        ByteSink sink = new ByteSink();
        sink.writeSized(CODEC.encode(Arrays.asList(values)));
        return sink.toBytes();
    }

    static LogRecord decode(byte[] frame) {
        ByteSource source = new ByteSource(frame);
        List<?> values = (List<?>) CODEC.decode(source.readSized());
        if (values != null && values.size() == 5 && values.get(0).equals("segment")) {
            return Start.decode(values);
        }
        if (values != null && values.size() == 6 && values.get(0).equals("block")) {
            return new Block(
                    new BlockHeader(
                            (String) values.get(1),
                            (Long) values.get(2),
                            (Byte) values.get(3),
                            (Long) values.get(4),
                            values.get(5)),
                    source.remaining() - FrameWriter.MARK);
        }
        throw new CodecException("a record of a kind that this version does not know");
    }
}
