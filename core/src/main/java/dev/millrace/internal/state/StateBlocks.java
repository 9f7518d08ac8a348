/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.Tuple2;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.ChangeReader;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.StableHash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/**
 * A partition of a state as change blocks: its entries in order of first arrival. States are written as the table holds them, so only
 * this program can read them.
 */
public final class StateBlocks {
    private StateBlocks() {}

    /**
     * All entries of a table.
     *
     * @param blocks makes a block
     * @throws dev.millrace.error.CodecException if the codec of the blocks does not know a type
     */
    public static <K, S> void write(StateTable<K, S> table, Supplier<ChangeBlock> blocks, StepChanges.Sink sink)
            throws IOException {
        ChangeBlock open = blocks.get();
        for (int i = 0; i < table.end(); i++) {
            if (table.isLive(i)) {
                open.touchedAt(table.touched(i));
                open.put(table.key(i), table.value(i));
                if (open.isFull()) {
                    sink.add(open.toBytes());
                    open = blocks.get();
                }
            }
        }
        if (open.size() > 0) {
            sink.add(open.toBytes());
        }
    }

    /** Adds the entries of a block of {@link #write} to a table that has none of the keys. */
    public static <K, S> void load(byte[] block, ValueCodec codec, StateTable<K, S> table) {
        StateBlocks.<K>forEach(
                block, codec, (key, value, touched) -> table.load(key, StableHash.of(key), value, touched));
    }

    /** The keys and the states as they are held of a block of {@link #write}. */
    static <K> Iterator<Tuple2<K, Object>> entries(byte[] block, ValueCodec codec) {
        List<Tuple2<K, Object>> entries = new ArrayList<>();
        StateBlocks.<K>forEach(block, codec, (key, value, touched) -> entries.add(new Tuple2<>(key, value)));
        return entries.iterator();
    }

    private interface Entry<K> {
        void take(K key, Object value, long touched);
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // a state's blocks are of its types; keys may be null
    private static <K> void forEach(byte[] block, ValueCodec codec, Entry<K> each) {
        Schemas schemas = new Schemas();
        ChangeReader reader = new ChangeReader(block, schemas);
        while (reader.next()) {
            each.take(
                    (K) codec.decodeKey(block, reader.keyFrom(), reader.keyTo(), schemas, reader.isSorted()),
                    codec.decodeValue(block, reader.valueFrom(), reader.valueTo(), schemas),
                    reader.touched());
        }
    }
}
