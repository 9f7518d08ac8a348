/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.materialise.ChangeBlock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The entries of one step or input, still encoded, in order of first arrival; change blocks are merged into it. */
final class KeyedEntries {
    private final Schemas schemas = new Schemas();
    private final Map<Key, byte[]> entries = new LinkedHashMap<>();

    /** Bytes with value equality. */
    record Key(byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && Arrays.equals(bytes, key.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    void apply(byte[] block) {
        ChangeBlock.read(block, schemas, entry -> {
            Key key = new Key(entry.key());
            if (entry.value() == null) {
                entries.remove(key);
            } else {
                entries.put(key, entry.value());
            }
        });
    }

    int size() {
        return entries.size();
    }

    /** The entries as change blocks of about {@code blockBytes} each. */
    void writeBlocks(int blockBytes, Consumer<byte[]> each) {
        BlockCutter cutter = new BlockCutter(schemas, blockBytes, each);
        entries.forEach((key, value) -> cutter.add(new ChangeBlock.Entry(key.bytes(), value)));
        cutter.end();
    }

    Schemas schemas() {
        return schemas;
    }

    /** Each entry, still encoded. */
    void forEachEncoded(BiConsumer<byte[], byte[]> each) {
        entries.forEach((key, value) -> each.accept(key.bytes(), value));
    }

    void forEach(ValueCodec codec, BiConsumer<@Nullable Object, @Nullable Object> each) {
        entries.forEach((key, value) ->
                each.accept(codec.decodeValue(key.bytes(), schemas), codec.decodeValue(value, schemas)));
    }
}
