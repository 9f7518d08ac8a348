/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.materialise.ChangeBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The entries of one step or input, still encoded, in order of first arrival; change blocks are merged into it. */
final class KeyedEntries {
    private final Schemas schemas = new Schemas();
    private final Map<Key, Stored> entries = new LinkedHashMap<>();

    /** Bytes with value equality. */
    private record Key(byte[] bytes) {
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
    void writeBlocks(int blockBytes, java.util.function.Consumer<byte[]> each) {
        List<ChangeBlock.Entry> pending = new ArrayList<>();
        long bytes = 0;
        for (Map.Entry<Key, Stored> entry : entries.entrySet()) {
            byte[] key = entry.getKey().bytes();
            Stored stored = entry.getValue();
            pending.add(new ChangeBlock.Entry(ChangeBlock.Change.PUT, key, stored.value(), stored.touched()));
            bytes += key.length + stored.value().length;
            if (bytes >= blockBytes) {
                each.accept(ChangeBlock.ofRaw(schemas, pending));
                pending.clear();
                bytes = 0;
            }
        }
        if (!pending.isEmpty()) {
            each.accept(ChangeBlock.ofRaw(schemas, pending));
        }
    }

    void forEach(ValueCodec codec, Each each) {
        entries.forEach((key, stored) -> each.entry(
                codec.decodeValue(key.bytes(), schemas),
                codec.decodeValue(stored.value(), schemas),
                stored.touched()));
    }
}
