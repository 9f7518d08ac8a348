/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.error.CodecException;
import java.util.Collections;
import java.util.Iterator;

/** The ways in which the records of a block are written as bytes. */
enum BlockFormat {
    /** A list of the codec. */
    RECORDS {
        @Override
        Iterator<?> read(byte[] bytes, BlockReading reading, long block, long from, long count) {
            return RecordsOfBlock.of(bytes, reading, block, from, count);
        }

        @Override
        boolean isExact(BlockReading reading) {
            return reading.isChecked();
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
    },
    /** A block that could not be read when it came, as one record that is put aside. */
    UNREADABLE {
        @Override
        Iterator<?> read(byte[] bytes, BlockReading reading, long block, long from, long count) {
            RecordsOfBlock.putAside(bytes, reading, block);
            return Collections.emptyIterator();
        }

        @Override
        boolean isExact(BlockReading reading) {
            return false;
        }
    };

    /**
     * A run of the records.
     *
     * @param block the number of the block in its stream, for errors
     */
    abstract Iterator<?> read(byte[] bytes, BlockReading reading, long block, long from, long count);

    /** Returns whether reading gives as many records as the block was stored with. */
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
