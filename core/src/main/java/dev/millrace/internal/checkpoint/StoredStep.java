/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.codec.SchemaChange;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.state.StateEntry;
import dev.millrace.internal.window.PanePart;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a state or of a window in a checkpoint. Entries are decoded, in the types of today, while they are gone through.
 * Immutable; one thread at a time goes through the entries.
 */
public final class StoredStep {
    private final String name;
    private final KeyedEntries entries;

    StoredStep(String name, KeyedEntries entries) {
        this.name = name;
        this.entries = entries;
    }

    /** Returns how many keys it holds about: those of the snapshot, without what has changed since. */
    public long about() {
        return entries.inFile();
    }

    /** Returns whether values may have to be brought into another shape, or be refused. */
    public boolean isOfOtherTypes(ValueCodec codec) {
        return codec.refuses(entries.schemas()) || codec.rewrites(entries.schemas());
    }

    /** Returns what becomes of the types that it uses. Whether single values fit, {@link #check} and reading find. */
    public List<SchemaChange> typeChanges(ValueCodec codec) {
        Schemas used = new Schemas();
        entries.forEachEncoded((key, value) -> {
            codec.noteRead(key, entries.schemas(), used);
            codec.noteRead(value, entries.schemas(), used);
        });
        return used.all().stream().map(codec::changeOf).toList();
    }

    /**
     * Looks at all entries without decoding them, if some could be refused.
     *
     * @throws dev.millrace.error.CodecException if one is of a type that cannot be read any more
     */
    public void check(ValueCodec codec) {
        Schemas schemas = entries.schemas();
        if (codec.refuses(schemas)) {
            entries.forEachEncoded((key, value) -> {
                codec.check(key, schemas);
                codec.check(value, schemas);
            });
        }
    }

    /**
     * The keys and values of a state, in order.
     *
     * @param valueType what the values are, as the program says
     */
    public Iterable<StateEntry> entries(ValueCodec codec, Class<?> valueType) {
        return () -> new Decoding<>(entries.entries(), at -> entry(at, codec, valueType));
    }

    @SuppressWarnings("NullAway") // keys and values may be null
    private StateEntry entry(EntryCursor at, ValueCodec codec, Class<?> valueType) {
        return new StateEntry(at.decodeKey(codec), value(at, codec, valueType), at.touched());
    }

    /**
     * The value as the program has it.
     *
     * @throws CheckpointException if it is of another type
     */
    @Nullable
    Object value(EntryCursor at, ValueCodec codec, Class<?> valueType) {
        Object kept = at.decodeValue(codec);
        Object value = kept == null ? null : ValueCodec.fit(kept, valueType);
        if (kept != null && value == null) {
            throw new CheckpointException("the state " + name + " holds a value of type "
                    + kept.getClass().getName() + ", and the program says " + valueType.getName()
                    + "; write StateType.of(\"" + name + "\", "
                    + kept.getClass().getSimpleName() + ".class), or give the new state another name");
        }
        return value;
    }

    /**
     * The partitions of a window's panes, in order; their records are decoded while they are gone through as well.
     *
     * @throws CheckpointException while it is gone through, if the step was a state
     */
    public Iterable<PanePart> parts(ValueCodec codec) {
        return () -> new Decoding<>(entries.entries(), at -> part(at, codec));
    }

    private PanePart part(EntryCursor at, ValueCodec codec) {
        Iterator<Object> records = at.decodeElements(codec);
        if (records != null
                && at.decodeKey(codec) instanceof List<?> parts
                && parts.size() == 3
                && parts.get(0) instanceof Long time
                && parts.get(1) instanceof Integer partition
                && parts.get(2) instanceof Integer piece) {
            return new PanePart(time, partition, piece, records);
        }
        throw new CheckpointException("the window " + name + " was a state in this checkpoint; write .named(\"" + name
                + "-2\") or another new name");
    }

    /**
     * Returns how its entries are to be written anew because types have changed; null if they stay as they are.
     *
     * @throws CheckpointException if two keys would become one, or a value does not fit
     * @throws dev.millrace.error.CodecException if an entry cannot be decoded
     */
    public @Nullable StepRewrite rewrite(ValueCodec codec, Class<?> valueType) {
        return StepRewrite.of(this, codec, valueType);
    }

    String name() {
        return name;
    }

    /** The stored entries, still encoded. */
    KeyedEntries encoded() {
        return entries;
    }

    /** Entries of a cursor, decoded one after the other as they are asked for. */
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
}
