/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.materialise.ChangeBlock;
import dev.millrace.internal.materialise.Restored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Decodes what a step held, in the types of today. If types have changed, it also encodes every entry again: entries are
 * merged by the bytes of their keys, so a key must not stand in a checkpoint in an old and a new form; and a default is
 * decided once, when the type changes, not again at every start.
 */
final class StepUpgrade {
    private final String step;
    private final ValueCodec codec;
    private final Class<?> valueType;
    private final Schemas before;
    private final Schemas after = new Schemas();
    private final List<Restored.Entry> decoded = new ArrayList<>();
    private final List<Rewritten> rewritten = new ArrayList<>();
    private final Set<KeyedEntries.Key> keys = new HashSet<>();
    private boolean keysChange;

    private record Rewritten(byte[] oldKey, byte[] key, byte[] value, long touched, boolean valueChanges) {}

    /**
     * @param valueType what the values are, as the program says
     * @throws dev.millrace.error.CodecException if some value is of a type that cannot be read any more; then nothing has
     *     been decoded
     */
    StepUpgrade(String step, KeyedEntries entries, ValueCodec codec, Class<?> valueType) {
        this.step = step;
        this.codec = codec;
        this.valueType = valueType;
        before = entries.schemas();
        if (codec.refuses(before)) {
            entries.forEachEncoded((key, value, touched) -> {
                codec.check(key, before);
                codec.check(value, before);
            });
        }
        boolean rewrites = codec.rewrites(before);
        entries.forEachEncoded((key, value, touched) -> add(key, value, touched, rewrites));
    }

    @SuppressWarnings("NullAway") // keys and values may be null
    private void add(byte[] keyBytes, byte[] valueBytes, long touched, boolean rewrites) {
        Object key = codec.decodeValue(keyBytes, before);
        Object stored = codec.decodeValue(valueBytes, before);
        Object value = stored == null ? null : fit(stored);
        decoded.add(new Restored.Entry(key, value, touched));
        if (rewrites || value != stored) {
            byte[] newKey = codec.encodeKey(key, after);
            byte[] newValue = codec.encodeValue(value, after);
            if (!keys.add(new KeyedEntries.Key(newKey))) {
                throw new CheckpointException("the state " + step + " cannot be upgraded: two of its keys become " + key
                        + "; bring back what told them apart, or give the state another name");
            }
            keysChange |= !Arrays.equals(keyBytes, newKey);
            rewritten.add(new Rewritten(keyBytes, newKey, newValue, touched, !Arrays.equals(valueBytes, newValue)));
        }
    }

    private Object fit(Object stored) {
        Object value = ValueCodec.fit(stored, valueType);
        if (value == null) {
            throw new CheckpointException("the state " + step + " holds a value of type "
                    + stored.getClass().getName() + ", and the program says " + valueType.getName()
                    + "; write StateType.of(\"" + step + "\", "
                    + stored.getClass().getSimpleName() + ".class), or give the new state another name");
        }
        return value;
    }

    List<Restored.Entry> entries() {
        return decoded;
    }

    /** Gives on change blocks that make the stored entries what {@link #entries} is, in the same order. */
    void writeBlocks(int blockBytes, Consumer<byte[]> each) {
        BlockCutter cutter = new BlockCutter(after, blockBytes, each);
        for (Rewritten entry : rewritten) {
            if (keysChange) { // all of them, so that they keep their order
                cutter.add(ChangeBlock.Entry.remove(entry.oldKey()));
            }
            if (keysChange || entry.valueChanges()) {
                cutter.add(ChangeBlock.Entry.put(entry.key(), entry.value(), entry.touched()));
            }
        }
        cutter.end();
    }
}
