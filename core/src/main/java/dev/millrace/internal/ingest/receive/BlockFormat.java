/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.ingest.receive;

import dev.millrace.error.CodecException;
import java.util.Iterator;
import java.util.List;

/** How the records of a block are written as bytes. */
enum BlockFormat {
    /** A list of the codec. */
    RECORDS {
        @Override
        Iterator<?> read(byte[] bytes, BlockReading reading, long block, long from, long count) {
            if (reading.codec().decode(bytes) instanceof List<?> records) {
                return records.subList(Math.toIntExact(from), Math.toIntExact(from + count))
                        .iterator();
            }
            throw new CodecException("a received block is no list of records; store(ByteBuffer) takes an encoded list");
        }

        @Override
        boolean isExact(BlockReading reading) {
            return true;
        }
    },
    /** Text: UTF-8, each line with its line feed. */
    LINES {
        @Override
        Iterator<?> read(byte[] bytes, BlockReading reading, long block, long from, long count) {
            return new LinesOfBlock(bytes, reading, block, from, count);
        }

        @Override
        boolean isExact(BlockReading reading) {
            return reading.malformed().replaces();
        }
    };

    /**
     * A run of the records.
     *
     * @param block the number of the block in its stream, for errors
     */
    abstract Iterator<?> read(byte[] bytes, BlockReading reading, long block, long from, long count);

    /** Whether reading gives as many records as the block was stored with. */
    abstract boolean isExact(BlockReading reading);

    byte id() {
        return (byte) ordinal();
    }

    static BlockFormat of(byte id) {
        if (id < 0 || id >= values().length) {
            throw new CodecException("a received block has the unknown format " + id + "; a newer version wrote it");
        }
        return values()[id];
    }
}
