/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.materialise.ChangeBlock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The entries of one step or input, still encoded, in order of first arrival; change blocks are merged into it. */
final class KeyedEntries {
    private final Schemas schemas = new Schemas();
    private final Map<Key, Stored> entries = new LinkedHashMap<>();

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

    private record Stored(byte[] value, long touched) {}

    /** Takes an entry, decoded. */
    interface Each {
        void entry(@Nullable Object key, @Nullable Object value, long touched);
    }

    /** Takes an entry as it is stored. */
    interface EachEncoded {
        void entry(byte[] key, byte[] value, long touched);
    }

    void apply(byte[] block) {
        ChangeBlock.read(block, schemas, entry -> {
            Key key = new Key(entry.key());
            if (entry.value() != null) {
                entries.put(key, new Stored(entry.value(), entry.touched()));
            } else if (entry.change() == ChangeBlock.Change.TOUCH) {
                entries.computeIfPresent(key, (same, stored) -> new Stored(stored.value(), entry.touched()));
            } else {
                entries.remove(key);
            }
        });
    }

    int size() {
        return entries.size();
    }

    /** The entries as change blocks of about {@code blockBytes} each. */
    void writeBlocks(int blockBytes, Consumer<byte[]> each) {
        BlockCutter cutter = new BlockCutter(schemas, blockBytes, each);
        forEachEncoded((key, value, touched) -> cutter.add(ChangeBlock.Entry.put(key, value, touched)));
        cutter.end();
    }

    Schemas schemas() {
        return schemas;
    }

    /** Each entry, still encoded. */
    void forEachEncoded(EachEncoded each) {
        entries.forEach((key, stored) -> each.entry(key.bytes(), stored.value(), stored.touched()));
    }

    void forEach(ValueCodec codec, Each each) {
        entries.forEach((key, stored) -> each.entry(
                codec.decodeValue(key.bytes(), schemas), codec.decodeValue(stored.value(), schemas), stored.touched()));
    }
}
