/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.ingest.receive;

import dev.millrace.error.CodecException;
import dev.millrace.spi.Codec;
import java.util.Iterator;
import java.util.List;

/** How the records of a block are written as bytes. */
enum BlockFormat {
    /** A list of the codec. */
    RECORDS {
        @Override
        Iterator<?> read(byte[] bytes, long skipped, Codec codec) {
            if (codec.decode(bytes) instanceof List<?> records) {
                return records.listIterator(Math.toIntExact(skipped));
            }
            throw new CodecException("a received block is no list of records; store(ByteBuffer) takes an encoded list");
        }
    },
    /** Text: UTF-8, each line with its line feed. */
    LINES {
        @Override
        Iterator<?> read(byte[] bytes, long skipped, Codec codec) {
            return new LinesOfBlock(bytes, skipped);
        }
    };

    /** The records after the first {@code skipped}. */
    abstract Iterator<?> read(byte[] bytes, long skipped, Codec codec);

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
