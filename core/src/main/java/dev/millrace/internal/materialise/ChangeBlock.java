/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.materialise;

import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.ByteSink;
import dev.millrace.internal.codec.ByteSource;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keyed changes as bytes: the schemas used, then a list of entries, each a key and what becomes of it. Entries
 * can be copied and merged without decoding them, because equal keys have equal bytes. Format: docs/formats/codec.md.
 */
public final class ChangeBlock {
    private static final int PUT = 1;
    private static final int REMOVE = 2;
    private static final int TOUCH = 3;
    private static final int TOUCHED_AT = 4;

    private final ValueCodec codec;
    private final Schemas schemas = new Schemas();
    private final ByteSink entries = new ByteSink();
    private long time = StateTable.UNTIMED;

    public ChangeBlock(ValueCodec codec) {
        this.codec = codec;
    }

    /** What an entry says of its key. */
    public enum Change {
        PUT,
        REMOVE,
        /** The key had data, and its value is what it was. */
        TOUCH
    }

    /**
     * An entry still encoded.
     *
     * @param value null unless it is put
     * @param touched when the key last had data, or {@link StateTable#UNTIMED}
     */
    public record Entry(Change change, byte[] key, byte @Nullable [] value, long touched) {
        public static Entry put(byte[] key, byte[] value, long touched) {
            return new Entry(Change.PUT, key, value, touched);
        }

        public static Entry remove(byte[] key) {
            return new Entry(Change.REMOVE, key, null, StateTable.UNTIMED);
        }
    }

    /** The keys of the entries that follow were touched at this time. */
    public void touchedAt(long touched) {
        time = touchedAt(entries, time, touched);
    }

    private static long touchedAt(ByteSink sink, long before, long touched) {
        if (touched != before) {
            sink.writeByte(TOUCHED_AT);
            sink.writeLong(touched);
        }
        return touched;
    }

    public void touch(@Nullable Object key) {
        entries.writeByte(TOUCH);
        entries.writeSized(codec.encodeKey(key, schemas));
    }

    public void put(@Nullable Object key, @Nullable Object value) {
        entries.writeByte(PUT);
        entries.writeSized(codec.encodeKey(key, schemas));
        entries.writeSized(codec.encodeValue(value, schemas));
    }

    public void remove(@Nullable Object key) {
        entries.writeByte(REMOVE);
        entries.writeSized(codec.encodeKey(key, schemas));
    }

    public byte[] toBytes() {
        return join(schemas, entries);
    }

    private static byte[] join(Schemas schemas, ByteSink entries) {
        ByteSink block = new ByteSink();
        schemas.writeTo(block);
        block.writeAll(entries);
        return block.toBytes();
    }

    /** A block of entries that are encoded already, put or removed. */
    public static byte[] ofRaw(Schemas schemas, Iterable<Entry> entries) {
        ByteSink sink = new ByteSink();
        long time = StateTable.UNTIMED;
        for (Entry entry : entries) {
            byte[] value = entry.value();
            if (value == null) {
                sink.writeByte(REMOVE);
                sink.writeSized(entry.key());
            } else {
                time = touchedAt(sink, time, entry.touched());
                sink.writeByte(PUT);
                sink.writeSized(entry.key());
                sink.writeSized(value);
            }
        }
        return join(schemas, sink);
    }

    /** Reads a block: the schemas are added to {@code schemas}, then each entry is given on. */
    public static void read(byte[] block, Schemas schemas, Consumer<Entry> each) {
        ByteSource source = new ByteSource(block);
        schemas.readFrom(source);
        long time = StateTable.UNTIMED;
        while (source.hasMore()) {
            int kind = source.readByte();
            switch (kind) {
                case TOUCHED_AT -> time = source.readLong();
                case PUT -> each.accept(Entry.put(source.readSized(), source.readSized(), time));
                case REMOVE -> each.accept(Entry.remove(source.readSized()));
                case TOUCH -> each.accept(new Entry(Change.TOUCH, source.readSized(), null, time));
                default ->
                    throw new CodecException("a change block has an entry of the unknown kind " + kind
                            + "; a newer version wrote it: use that version");
            }
        }
    }
}
