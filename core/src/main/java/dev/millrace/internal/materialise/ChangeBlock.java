/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.materialise;

import dev.millrace.internal.codec.ByteSink;
import dev.millrace.internal.codec.ByteSource;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keyed changes as bytes: the schemas used, then a list of entries, each a key and either a value or a removal. Entries
 * can be copied and merged without decoding them, because equal keys have equal bytes. Format: docs/formats/codec.md.
 */
public final class ChangeBlock {
    private static final int PUT = 1;
    private static final int REMOVE = 2;

    private final ValueCodec codec;
    private final Schemas schemas = new Schemas();
    private final ByteSink entries = new ByteSink();

    public ChangeBlock(ValueCodec codec) {
        this.codec = codec;
    }

    /**
     * An entry still encoded.
     *
     * @param value null for a removal
     */
    public record Entry(byte[] key, byte @Nullable [] value) {}

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

    /** A block of entries that are encoded already. */
    public static byte[] ofRaw(Schemas schemas, Iterable<Entry> entries) {
        ByteSink sink = new ByteSink();
        for (Entry entry : entries) {
            sink.writeByte(entry.value() == null ? REMOVE : PUT);
            sink.writeSized(entry.key());
            if (entry.value() != null) {
                sink.writeSized(entry.value());
            }
        }
        return join(schemas, sink);
    }

    /** Reads a block: the schemas are added to {@code schemas}, then each entry is given on. */
    public static void read(byte[] block, Schemas schemas, Consumer<Entry> each) {
        ByteSource source = new ByteSource(block);
        schemas.readFrom(source);
        while (source.hasMore()) {
            int kind = source.readByte();
            byte[] key = source.readSized();
            each.accept(new Entry(key, kind == PUT ? source.readSized() : null));
        }
    }
}
