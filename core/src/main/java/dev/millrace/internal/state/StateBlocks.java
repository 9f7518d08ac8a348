/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.ChangeReader;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.StableHash;
import java.io.IOException;

/**
 * A partition of a state as change blocks: its entries in order of first arrival, then what batches changed. States are
 * written as the table holds them, so only this program can read them.
 */
public final class StateBlocks {
    private StateBlocks() {}

    /**
     * All entries of a table.
     *
     * @throws dev.millrace.error.CodecException if the codec does not know a type, or it would come back as another
     */
    public static <K, S> void write(StateTable<K, S> table, ValueCodec codec, StepChanges.Sink sink)
            throws IOException {
        ChangeBlock open = ChangeBlock.exact(codec);
        for (int i = 0; i < table.end(); i++) {
            if (table.isLive(i)) {
                open.touchedAt(table.touched(i));
                open.put(table.key(i), table.value(i));
                if (open.isFull()) {
                    sink.add(open.toBytes());
                    open = ChangeBlock.exact(codec);
                }
            }
        }
        if (open.size() > 0) {
            sink.add(open.toBytes());
        }
    }

    /** Adds the entries of a block of {@link #write} to a table that has none of the keys. */
    @SuppressWarnings({"unchecked", "NullAway"}) // a state's blocks are of its types; keys may be null
    public static <K, S> void load(byte[] block, ValueCodec codec, StateTable<K, S> table) {
        Schemas schemas = new Schemas();
        ChangeReader reader = new ChangeReader(block, schemas);
        while (reader.next()) {
            K key = (K) codec.decodeKey(block, reader.keyFrom(), reader.keyTo(), schemas, reader.isSorted());
            Object value = codec.decodeValue(block, reader.valueFrom(), reader.valueTo(), schemas);
            table.load(key, StableHash.of(key), value, reader.touched());
        }
    }

    /** Does to a table what the overlay did whose block this is. */
    @SuppressWarnings({"unchecked", "NullAway"}) // a state's blocks are of its types; keys may be null
    public static <K, S> void replay(byte[] block, ValueCodec codec, StateTable<K, S> table) {
        Schemas schemas = new Schemas();
        ChangeReader reader = new ChangeReader(block, schemas);
        while (reader.next()) {
            K key = (K) codec.decodeKey(block, reader.keyFrom(), reader.keyTo(), schemas, reader.isSorted());
            int hash = StableHash.of(key);
            switch (reader.change()) {
                case PUT ->
                    table.put(
                            key,
                            hash,
                            codec.decodeValue(block, reader.valueFrom(), reader.valueTo(), schemas),
                            reader.touched());
                case REMOVE -> table.remove(key, hash);
                case TOUCH -> table.touch(key, hash, reader.touched());
            }
        }
    }
}
