/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.runs.RunCursor;
import java.io.IOException;
import java.util.Arrays;
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

    /**
     * Returns how the entries are to be written anew because types have changed; null if they stay as they are.
     *
     * @throws CheckpointException if two keys would become one, or a value does not fit
     * @throws dev.millrace.error.CodecException if an entry cannot be decoded
     */
    public static @Nullable StepRewrite of(StoredStep step, ValueCodec codec, Class<?> valueType) {
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

    private byte[] value(RunCursor at) {
        return codec.encodeValue(step.value(at, codec, valueType), after);
    }

    private void compareAll() {
        try (RunCursor at = entries.entries()) {
            while (!keysChange && at.next()) {
                keysChange = !isKey(codec.encodeKey(entries.decodeKey(at, codec), after), at);
                valuesChange = valuesChange || !isValue(value(at), at);
            }
        }
        if (keysChange) {
            checkKeysStayApart();
        }
    }

    /** Looks at one value: if only the type of all values has changed, as from Integer to Long, one of them tells it. */
    private void compareFirst() {
        try (RunCursor at = entries.entries()) {
            valuesChange = at.next() && !isValue(value(at), at);
        }
    }

    private void checkKeysStayApart() {
        DistinctKeys distinct = new DistinctKeys();
        do {
            try (RunCursor at = entries.entries()) {
                while (at.next()) {
                    Object key = entries.decodeKey(at, codec);
                    if (!distinct.add(codec.encodeKey(key, after))) {
                        throw new CheckpointException(
                                "the state " + step.name() + " cannot be upgraded: two of its keys become " + key
                                        + "; bring back what told them apart, or give the state another name");
                    }
                }
            }
        } while (distinct.needsAnotherPass());
    }

    private static boolean isKey(byte[] key, RunCursor at) {
        return Arrays.equals(key, 0, key.length, at.keyArray(), at.keyFrom(), at.keyTo());
    }

    private static boolean isValue(byte[] value, RunCursor at) {
        return Arrays.equals(value, 0, value.length, at.valueArray(), at.valueFrom(), at.valueTo());
    }

    /** Gives on change blocks that make the stored entries what the program sees, in the same order. */
    void writeBlocks(int blockBytes, StepChanges.Sink each) throws IOException {
        BlockCutter cutter = new BlockCutter(after, blockBytes, each);
        try (RunCursor at = keysChange ? entries.inOrder() : entries.entries()) {
            while (at.next()) {
                write(at, cutter);
            }
        }
        cutter.end();
    }

    private void write(RunCursor at, BlockCutter cutter) throws IOException {
        byte[] value = value(at);
        if (keysChange) { // all of them, so that they keep their order
            cutter.remove(KeyedEntries.key(at));
        }
        if (keysChange || !isValue(value, at)) {
            byte[] key = codec.encodeKey(entries.decodeKey(at, codec), after);
            cutter.put(key, at.isSorted(), value, at.touched());
        }
    }
}
