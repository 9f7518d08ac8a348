/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How the entries of a step are written anew, because types of the program have changed: entries are merged by the bytes of
 * their keys, so a key must not stand in a checkpoint in an old and a new form; and a default is decided once, when the type
 * changes, not again at every start. A state may be larger than memory, so nothing of an entry is kept: entries are decoded
 * and encoded once to see whether they change, and once more to be written. What a step holds stays as it is meanwhile.
 */
public final class StepRewrite {
    private final String step;
    private final KeyedEntries entries;
    private final EntryDecoder decoder;
    private final ValueCodec codec;
    private final Schemas after = new Schemas();
    private boolean keysChange;
    private boolean valuesChange;

    private StepRewrite(String step, KeyedEntries entries, EntryDecoder decoder) {
        this.step = step;
        this.entries = entries;
        this.decoder = decoder;
        codec = decoder.codec();
    }

    /** Null if the entries stay as they are. */
    static @Nullable StepRewrite of(String step, KeyedEntries entries, EntryDecoder decoder) {
        StepRewrite rewrite = new StepRewrite(step, entries, decoder);
        if (rewrite.codec.rewrites(entries.schemas())) {
            rewrite.compareAll();
        } else {
            rewrite.compareFirst();
        }
        return rewrite.keysChange || rewrite.valuesChange ? rewrite : null;
    }

    String step() {
        return step;
    }

    private void compareAll() {
        try (EntryCursor at = entries.entries()) {
            while (!keysChange && at.next()) {
                keysChange = !isKey(at, codec.encodeKey(at.decodeKey(codec), after));
                valuesChange = valuesChange || !isValue(at, codec.encodeValue(decoder.value(at), after));
            }
        }
        if (keysChange) {
            checkKeysStayApart();
        }
    }

    /** If no type has changed but that of all values, as from Integer to Long, one of them tells it. */
    private void compareFirst() {
        try (EntryCursor at = entries.entries()) {
            valuesChange = at.next() && !isValue(at, codec.encodeValue(decoder.value(at), after));
        }
    }

    private static boolean isKey(EntryCursor at, byte[] key) {
        return Arrays.equals(key, 0, key.length, at.keyBlock(), at.keyFrom(), at.keyTo());
    }

    private static boolean isValue(EntryCursor at, byte[] value) {
        return Arrays.equals(value, 0, value.length, at.valueBlock(), at.valueFrom(), at.valueTo());
    }

    private void checkKeysStayApart() {
        DistinctKeys distinct = new DistinctKeys();
        do {
            try (EntryCursor at = entries.entries()) {
                while (at.next()) {
                    Object key = at.decodeKey(codec);
                    if (!distinct.add(codec.encodeKey(key, after))) {
                        throw new CheckpointException(
                                "the state " + step + " cannot be upgraded: two of its keys become " + key
                                        + "; bring back what told them apart, or give the state another name");
                    }
                }
            }
        } while (distinct.needsAnotherPass());
    }

    /** Gives on change blocks that make the stored entries what the program sees, in the same order. */
    void writeBlocks(int blockBytes, Consumer<byte[]> each) {
        BlockCutter cutter = new BlockCutter(after, blockBytes, each);
        try (EntryCursor at = entries.entries()) {
            while (at.next()) {
                write(at, cutter);
            }
        }
        cutter.end();
    }

    private void write(EntryCursor at, BlockCutter cutter) {
        byte[] value = codec.encodeValue(decoder.value(at), after);
        if (keysChange) { // all of them, so that they keep their order
            cutter.remove(Arrays.copyOfRange(at.keyBlock(), at.keyFrom(), at.keyTo()));
        }
        if (keysChange || !isValue(at, value)) {
            byte[] key = codec.encodeKey(at.decodeKey(codec), after);
            cutter.put(key, at.isKeySorted(), value, at.touched());
        }
    }
}
