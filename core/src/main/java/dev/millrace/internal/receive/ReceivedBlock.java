/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.error.CodecException;
import dev.millrace.internal.lineage.BlocksNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Records that were sealed together: in memory as objects or as bytes, in a log, or both. Written by the stream that it
 * belongs to, read by tasks.
 */
final class ReceivedBlock<T> implements BlocksNode.Block<T> {
    /** The bytes that the block takes in memory, estimated for objects. */
    final long bytes;

    private final long records;
    private final BlockFormat format;
    private final BlockReading reading;
    private volatile @Nullable Object content; // a list of records, or a Payload
    private volatile @Nullable WriteAheadLog log;
    private volatile @Nullable LogPlace place;

    private long logNumber;

    // ---- owned by the stream ----
    long number;
    boolean counted;
    boolean accounted;
    boolean crowding;

    @Nullable
    Object position;

    @Nullable
    Long sealedNanos; // null if an earlier run has sealed it

    ReceivedBlock(long records, BlockFormat format, BlockReading reading, @Nullable Object content, long bytes) {
        this.records = records;
        this.format = format;
        this.reading = reading;
        this.content = content;
        this.bytes = bytes;
    }

    @Override
    public long records() {
        return records;
    }

    @Override
    public boolean isExact() {
        return format.isExact(reading);
    }

    BlockFormat format() {
        return format;
    }

    /** Turns objects into bytes; false if the codec does not know their types. */
    boolean encode() {
        if (content instanceof List<?> objects) {
            try {
                content = new Payload(reading.codec().encode(objects));
            } catch (CodecException e) {
                return false;
            }
        }
        return true;
    }

    /** The bytes, of a block that was not written to a log before. */
    Payload encoded() {
        if (content instanceof Payload payload) {
            return payload;
        }
        throw new IllegalStateException("the block is not encoded");
    }

    /** It can be read from a log from now on. */
    void storedIn(WriteAheadLog holder, LogPlace where, long number) {
        logNumber = number;
        place = where;
        log = holder;
    }

    /** Tells the log that it stands in, and its number there; nothing if it stands in none. */
    void logNumber(ObjLongConsumer<WriteAheadLog> each) {
        WriteAheadLog holder = log;
        if (holder != null) {
            each.accept(holder, logNumber);
        }
    }

    /** It stands in the log only from now on. */
    void dropContent() {
        content = null;
    }

    @Override
    @SuppressWarnings("unchecked") // the records are what the stream's receiver stored
    public Iterator<T> read(long from, long count) throws IOException {
        Object held = content;
        if (held instanceof List<?> objects) {
            return (Iterator<T>) run(objects, from, count).iterator();
        }
        byte[] encoded = held instanceof Payload inMemory ? inMemory.bytes() : readLog();
        return (Iterator<T>) format.read(encoded, reading, number, from, count);
    }

    private static List<?> run(List<?> objects, long from, long count) {
        return objects.subList(Math.toIntExact(from), Math.toIntExact(from + count));
    }

    @Override
    public BlocksNode.Portion<T> portion(long from, long count) throws IOException {
        Object held = content;
        if (held instanceof List<?> objects) {
            byte[] encoded = reading.codec().encode(new ArrayList<>(run(objects, from, count)));
            return new BlockPortion<>(encoded, format, reading, number, 0, count);
        }
        byte[] encoded = held instanceof Payload inMemory ? inMemory.exact() : readLog();
        return new BlockPortion<>(encoded, format, reading, number, from, count);
    }

    private byte[] readLog() throws IOException {
        WriteAheadLog holder = log;
        LogPlace where = place;
        if (holder == null || where == null) {
            throw new IOException("the block was dropped; its batch is complete");
        }
        return holder.read(where);
    }
}
