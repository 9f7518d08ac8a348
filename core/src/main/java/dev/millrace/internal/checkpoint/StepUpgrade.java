/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.state.StateEntry;
import dev.millrace.internal.window.PanePart;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Decodes what a step held, in the types of today. If types have changed, it also encodes every entry again: entries are
 * merged by the bytes of their keys, so a key must not stand in a checkpoint in an old and a new form; and a default is
 * decided once, when the type changes, not again at every start. A state may be larger than memory, so nothing of an entry is
 * kept: entries are decoded and encoded once to see whether they change, and once more to be written.
 */
final class StepUpgrade implements Iterable<StateEntry> {
    private final String step;
    private final KeyedEntries entries;
    private final ValueCodec codec;
    private final Class<?> valueType;
    private final Schemas before;
    private final boolean rewrites;
    private final boolean keysChange;
    private final Schemas after = new Schemas();
    private boolean valuesChange;

    /**
     * @param valueType what the values are, as the program says
     * @throws dev.millrace.error.CodecException if some value is of a type that cannot be read any more
     */
    StepUpgrade(String step, KeyedEntries entries, ValueCodec codec, Class<?> valueType) {
        this.step = step;
        this.entries = entries;
        this.codec = codec;
        this.valueType = valueType;
        before = entries.schemas();
        if (codec.refuses(before)) {
            entries.forEachEncoded((key, value, touched) -> {
                codec.check(key, before);
                codec.check(value, before);
            });
        }
        rewrites = codec.rewrites(before);
        keysChange = rewrites && hasOtherKeys();
        if (keysChange) {
            checkKeysStayApart();
        }
    }

    private boolean hasOtherKeys() {
        try (EntryCursor at = entries.entries()) {
            while (at.next()) {
                byte[] key = codec.encodeKey(at.decodeKey(codec), after);
                if (!Arrays.equals(key, 0, key.length, at.keyBlock(), at.keyFrom(), at.keyTo())) {
                    return true;
                }
            }
            return false;
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
                                "the state " + step + " cannot be upgraded: two of its keys become " + key
                                        + "; bring back what told them apart, or give the state another name");
                    }
                }
            }
        } while (distinct.needsAnotherPass());
    }

    /** The entries, decoded one after the other as they are asked for. */
    @Override
    public Iterator<StateEntry> iterator() {
        return decoding(this::decode);
    }

    /**
     * The same for a window's panes, whose records are decoded one after the other as well.
     *
     * @throws CheckpointException while it is gone through, if the step was a state
     */
    Iterator<PanePart> parts() {
        return decoding(this::decodePart);
    }

    private <T> Iterator<T> decoding(Function<EntryCursor, T> decode) {
        return new Decoding<>(entries.entries(), decode);
    }

    private static final class Decoding<T> implements Iterator<T> {
        private final EntryCursor cursor;
        private final Function<EntryCursor, T> decode;
        private boolean hasNext;

        Decoding(EntryCursor cursor, Function<EntryCursor, T> decode) {
            this.cursor = cursor;
            this.decode = decode;
            hasNext = cursor.next();
        }

        @Override
        public boolean hasNext() {
            return hasNext;
        }

        @Override
        public T next() {
            if (!hasNext) {
                throw new NoSuchElementException();
            }
            boolean read = false;
            try {
                T entry = decode.apply(cursor); // of arrays that stay when the cursor goes on
                hasNext = cursor.next();
                read = true;
                return entry;
            } finally {
                if (!read) {
                    cursor.close(); // nobody goes on
                }
            }
        }
    }

    /** Whether what has been gone through is to be written in another form. */
    boolean changesAnything() {
        return keysChange || valuesChange;
    }

    @SuppressWarnings("NullAway") // keys and values may be null
    private StateEntry decode(EntryCursor at) {
        Object key = at.decodeKey(codec);
        Object stored = codec.decodeValue(at.valueBlock(), at.valueFrom(), at.valueTo(), before);
        Object value = stored == null ? null : fit(stored);
        if (!valuesChange && (rewrites || value != stored)) {
            valuesChange = changes(at, codec.encodeValue(value, after));
        }
        return new StateEntry(key, value, at.touched());
    }

    private PanePart decodePart(EntryCursor at) {
        Object key = codec.decodeValue(at.keyBlock(), at.keyFrom(), at.keyTo(), before);
        Iterator<Object> records = rewrites
                ? decode(at).value() instanceof List<?> list
                        ? Collections.<Object>unmodifiableList(list).iterator()
                        : null
                : codec.decodeElements(at.valueBlock(), at.valueFrom(), at.valueTo(), before);
        if (records != null
                && key instanceof List<?> parts
                && parts.size() == 3
                && parts.get(0) instanceof Long time
                && parts.get(1) instanceof Integer partition
                && parts.get(2) instanceof Integer piece) {
            return new PanePart(time, partition, piece, records);
        }
        throw new CheckpointException("the window " + step + " was a state in this checkpoint; write .named(\"" + step
                + "-2\") or another new name");
    }

    private static boolean changes(EntryCursor at, byte[] value) {
        return !Arrays.equals(value, 0, value.length, at.valueBlock(), at.valueFrom(), at.valueTo());
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

    /**
     * Gives on change blocks that make the stored entries what the program sees, in the same order; once all have been
     * decoded.
     */
    void writeBlocks(int blockBytes, Consumer<byte[]> each) {
        if (!changesAnything()) {
            return;
        }
        BlockCutter cutter = new BlockCutter(after, blockBytes, each);
        try (EntryCursor at = entries.entries()) {
            while (at.next()) {
                write(at, cutter);
            }
        }
        cutter.end();
    }

    @SuppressWarnings("NullAway") // keys and values may be null
    private void write(EntryCursor at, BlockCutter cutter) {
        Object stored = codec.decodeValue(at.valueBlock(), at.valueFrom(), at.valueTo(), before);
        byte[] value = codec.encodeValue(stored == null ? null : fit(stored), after);
        if (keysChange) { // all of them, so that they keep their order
            cutter.remove(Arrays.copyOfRange(at.keyBlock(), at.keyFrom(), at.keyTo()));
        }
        if (keysChange || changes(at, value)) {
            byte[] key = codec.encodeKey(at.decodeKey(codec), after);
            cutter.put(key, at.isKeySorted(), value, at.touched());
        }
    }
}
