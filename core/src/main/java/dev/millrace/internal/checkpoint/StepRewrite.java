/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The migration of the entries of a step, because types of the program have changed. Entries are merged by the bytes of their keys, so a key
 * must not stand in a checkpoint in an old and a new form. A default is decided once, when the type changes, not again at every
 * start. A state may be larger than memory, so nothing of an entry is kept: entries are decoded
 * and encoded once to see whether they change, and once more to be written. What a step holds stays as it is meanwhile.
 */
public final class StepRewrite {
    private final StoredStep step;
    private final KeyedEntries entries;
    private final ValueCodec codec;
    private final Class<?> valueType;
    private final Schemas after = new Schemas();
    private boolean keysChange;
    private boolean valuesChange;

    private StepRewrite(StoredStep step, ValueCodec codec, Class<?> valueType) {
        this.step = step;
        this.codec = codec;
        this.valueType = valueType;
        entries = step.encoded();
    }

    /** Null if the entries stay as they are. */
    static @Nullable StepRewrite of(StoredStep step, ValueCodec codec, Class<?> valueType) {
        StepRewrite rewrite = new StepRewrite(step, codec, valueType);
        if (codec.rewrites(rewrite.entries.schemas())) {
            rewrite.compareAll();
        } else {
            rewrite.compareFirst();
        }
        return rewrite.keysChange || rewrite.valuesChange ? rewrite : null;
    }

    String step() {
        return step.name();
    }

    private byte[] value(EntryCursor at) {
        return codec.encodeValue(step.value(at, codec, valueType), after);
    }

    private void compareAll() {
        try (EntryCursor at = entries.entries()) {
            while (!keysChange && at.next()) {
                keysChange = !at.hasKey(codec.encodeKey(at.decodeKey(codec), after));
                valuesChange = valuesChange || !at.hasValue(value(at));
            }
        }
        if (keysChange) {
            checkKeysStayApart();
        }
    }

    /** If no type has changed but that of all values, as from Integer to Long, one of them tells it. */
    private void compareFirst() {
        try (EntryCursor at = entries.entries()) {
            valuesChange = at.next() && !at.hasValue(value(at));
        }
    }

    private void checkKeysStayApart() {
        DistinctKeys distinct = new DistinctKeys();
        do {
            try (EntryCursor at = entries.entries()) {
                while (at.next()) {
                    Object key = at.decodeKey(codec);
                    if (!distinct.add(codec.encodeKey(key, after))) {
                        throw new CheckpointException(
                                "the state " + step.name() + " cannot be upgraded: two of its keys become " + key
                                        + "; bring back what told them apart, or give the state another name");
                    }
                }
            }
        } while (distinct.needsAnotherPass());
    }

    /** Gives on change blocks that make the stored entries what the program sees, in the same order. */
    void writeBlocks(int blockBytes, StepChanges.Sink each) throws IOException {
        BlockCutter cutter = new BlockCutter(after, blockBytes, each);
        try (EntryCursor at = entries.entries()) {
            while (at.next()) {
                write(at, cutter);
            }
        }
        cutter.end();
    }

    private void write(EntryCursor at, BlockCutter cutter) throws IOException {
        byte[] value = value(at);
        if (keysChange) { // all of them, so that they keep their order
            cutter.remove(at.key());
        }
        if (keysChange || !at.hasValue(value)) {
            byte[] key = codec.encodeKey(at.decodeKey(codec), after);
            cutter.put(key, at.isKeySorted(), value, at.touched());
        }
    }
}
