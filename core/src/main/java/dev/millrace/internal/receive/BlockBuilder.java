/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.error.CodecException;
import dev.millrace.internal.logging.Lines;
import dev.millrace.internal.memory.Sampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The open block of a stream: what was stored one by one since the last was sealed, either records or lines. Guarded by
 * its stream.
 */
final class BlockBuilder<T> {
    private final BlockReading reading;
    private final SpareArrays spares;
    private final boolean asObjects;
    private final int blockBytes;
    private final Set<Class<?>> encodable = new HashSet<>();
    private @Nullable Class<?> lastType;
    private List<T> records = new ArrayList<>();
    private byte[] lines = {};
    private int linesEnd;
    private int lineCount;
    private Sampler sizes = new Sampler();
    private long recordBytes;
    private @Nullable Object position;

    /**
     * @param asObjects whether records stay objects, rather than being encoded when the block is sealed
     * @param blockBytes from which size on a block is full
     */
    BlockBuilder(BlockReading reading, SpareArrays spares, boolean asObjects, int blockBytes) {
        this.reading = reading;
        this.spares = spares;
        this.asObjects = asObjects;
        this.blockBytes = blockBytes;
    }

    /** @throws CodecException if the first record of its class cannot be encoded; it is not added then */
    void add(T record, @Nullable Object at) {
        checkCanBeEncoded(record);
        records.add(record);
        recordBytes += sizes.sizeOf(record);
        position = at != null ? at : position;
    }

    /** A class that was encoded once mostly can be: to encode each record twice would cost more than what that finds. */
    private void checkCanBeEncoded(T record) {
        Class<?> type = record == null ? Void.class : record.getClass();
        if (type != lastType && !asObjects && !encodable.contains(type)) {
            encode(record);
            encodable.add(type);
        }
        lastType = type;
    }

    private void encode(T record) {
        try {
            reading.codec().encode(record);
        } catch (CodecException e) {
            throw new CodecException("the record " + Lines.one(String.valueOf(record)) + ": " + e.getMessage(), e);
        }
    }

    void addLines(byte[] bytes, int offset, int length, int count) {
        if (linesEnd + length > lines.length) {
            lines = Arrays.copyOf(lines, Math.max(linesEnd + length, Math.min(2 * lines.length, blockBytes + length)));
        }
        System.arraycopy(bytes, offset, lines, linesEnd, length);
        linesEnd += length;
        lineCount += count;
    }

    boolean isEmpty() {
        return !holdsRecords() && !holdsLines();
    }

    boolean holdsRecords() {
        return !records.isEmpty();
    }

    boolean holdsLines() {
        return lineCount > 0;
    }

    boolean isFull() {
        return recordBytes + linesEnd >= blockBytes;
    }

    /** The position of the last record that had one, or null. */
    @Nullable
    Object position() {
        return position;
    }

    /**
     * The block, of which nothing is open any more.
     *
     * @throws CodecException if a record cannot be encoded; nothing is taken out then
     */
    ReceivedBlock<T> seal() {
        ReceivedBlock<T> block = lineCount > 0 ? sealLines() : block(records, recordBytes);
        records = new ArrayList<>();
        recordBytes = 0;
        sizes = new Sampler(); // a source may send other records later
        position = null;
        return block;
    }

    private ReceivedBlock<T> sealLines() {
        byte[] bytes = linesEnd < lines.length / 2 ? Arrays.copyOf(lines, linesEnd) : lines;
        ReceivedBlock<T> block =
                new ReceivedBlock<>(lineCount, BlockFormat.LINES, reading, new Payload(bytes, linesEnd), bytes.length);
        lines = spares.take(linesEnd + linesEnd / 8); // the next will be about as large
        linesEnd = 0;
        lineCount = 0;
        return block;
    }

    /** A block of its own. */
    ReceivedBlock<T> block(List<T> all) {
        Sampler own = new Sampler();
        return block(all, asObjects ? all.stream().mapToLong(own::sizeOf).sum() : 0);
    }

    private ReceivedBlock<T> block(List<T> all, long bytesAsObjects) {
        if (asObjects) {
            return new ReceivedBlock<>(all.size(), BlockFormat.RECORDS, reading, all, bytesAsObjects);
        }
        byte[] bytes;
        try {
            bytes = reading.codec().encode(all);
        } catch (CodecException e) {
            all.forEach(this::encode); // throws at the record that cannot be
            throw e;
        }
        return new ReceivedBlock<>(all.size(), BlockFormat.RECORDS, reading, new Payload(bytes), bytes.length);
    }
}
