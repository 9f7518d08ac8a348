/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.changes;

import dev.millrace.internal.codec.ByteSink;
import dev.millrace.internal.codec.LocalValues;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.SizedValues;
import dev.millrace.internal.codec.ValueCodec;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Keyed changes as bytes: the schemas used, then a list of entries, each a key and what becomes of it. Entries
 * can be copied and merged without decoding them, because equal keys have equal bytes. {@link ChangeReader} reads it.
 * Format: docs/formats/codec.md.
 */
public final class ChangeBlock {
    /** The time of a key whose time is not kept. */
    public static final long UNTIMED = Long.MIN_VALUE;

    static final int PUT = 1;
    static final int REMOVE = 2;
    static final int TOUCH = 3;
    static final int TOUCHED_AT = 4;
    static final int PUT_SORTED = 5; // as put; the sets and maps of the key come back sorted

    /** With so many bytes a block is given on, so that it has little more, unless a single entry has. */
    public static final int ENOUGH_BYTES = 1 << 18;

    private final Schemas schemas;
    private final ByteSink entries;
    private final SizedValues values;
    private long time = UNTIMED;

    public ChangeBlock(ValueCodec codec) {
        this(codec, new ByteSink());
    }

    /** @param bytes about how many it will have */
    public ChangeBlock(ValueCodec codec, int bytes) {
        this(codec, new ByteSink(bytes));
    }

    private ChangeBlock(ValueCodec codec, ByteSink entries) {
        this.entries = entries;
        schemas = new Schemas();
        values = codec.sized(schemas, entries);
    }

    /** The change that an entry makes to its key. */
    public enum Change {
        PUT,
        REMOVE,
        /** The key had data, and its value is what it was. */
        TOUCH
    }

    /** The keys of the entries that follow were touched at this time. */
    public void touchedAt(long touched) {
        time = touchedAt(entries, time, touched);
    }

    static long touchedAt(ByteSink sink, long before, long touched) {
        if (touched != before) {
            sink.writeByte(TOUCHED_AT);
            sink.writeLong(touched);
        }
        return touched;
    }

    public void touch(@Nullable Object key) {
        entries.writeByte(TOUCH);
        values.writeKey(key);
    }

    public void put(@Nullable Object key, @Nullable Object value) {
        beginPut(key);
        values.writeValue(value);
    }

    private void beginPut(@Nullable Object key) {
        int start = entries.size();
        entries.writeByte(PUT);
        if (values.writeKey(key)) {
            entries.replaceByte(start, PUT_SORTED);
        }
    }

    /** Puts a value that is encoded already. */
    public void put(@Nullable Object key, byte[] value, LocalValues from) {
        beginPut(key);
        entries.writeSized(value);
        from.noteUsed(value, schemas);
    }

    /** A list of the next elements, which need not be held together, until it has enough for a block or there is none left. */
    public void putList(@Nullable Object key, Iterator<?> elements) {
        beginPut(key);
        values.writeList(elements, ENOUGH_BYTES);
    }

    public void remove(@Nullable Object key) {
        entries.writeByte(REMOVE);
        values.writeKey(key);
    }

    /**
     * Returns whether the key that an entry puts comes back with sorted sets and maps.
     *
     * @param keyStart where the length of the key stands
     */
    public static boolean isSorted(byte[] block, int keyStart) {
        return block[keyStart - 1] == PUT_SORTED;
    }

    /**
     * The change that an entry of a block makes.
     *
     * @param keyStart where the length of the key stands, as {@link ChangeReader} has told
     */
    public static Change change(byte[] block, int keyStart) {
        return switch (block[keyStart - 1]) {
            case REMOVE -> Change.REMOVE;
            case TOUCH -> Change.TOUCH;
            default -> Change.PUT;
        };
    }

    /** Returns how many bytes its entries have so far. */
    public int size() {
        return entries.size();
    }

    /** Returns whether it is to be given on. */
    public boolean isFull() {
        return size() >= ENOUGH_BYTES;
    }

    public byte[] toBytes() {
        return join(schemas, entries);
    }

    static byte[] join(Schemas schemas, ByteSink entries) {
        ByteSink header = new ByteSink();
        schemas.writeTo(header);
        return header.joined(entries);
    }
}
