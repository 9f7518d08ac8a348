/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.codec.SchemaChange;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.runs.Run;
import dev.millrace.internal.runs.RunCopy;
import dev.millrace.internal.runs.RunCursor;
import dev.millrace.internal.state.StateEntry;
import dev.millrace.internal.state.StateForm;
import dev.millrace.internal.window.PanePart;
import java.io.IOException;
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

    /** About how many bytes its entries have, still encoded. */
    public long bytes() {
        return entries.bytes();
    }

    /** Has its entries as runs in files of the program, newest first, without looking at them. */
    public List<RunCopy> copies(RunCopy.Paths paths) throws IOException {
        return entries.copies(paths);
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
     * The keys and values of a state, in any order.
     *
     * @param valueType what the values are, as the program says
     */
    public Iterable<StateEntry> entries(ValueCodec codec, Class<?> valueType) {
        return () -> new Decoding<>(entries.entries(), at -> entry(at, codec, valueType));
    }

    @SuppressWarnings("NullAway") // keys and values may be null
    private StateEntry entry(RunCursor at, ValueCodec codec, Class<?> valueType) {
        return new StateEntry(entries.decodeKey(at, codec), value(at, codec, valueType), at.arrival(), at.touched());
    }

    /**
     * The value as the program has it.
     *
     * @throws CheckpointException if it is of another type
     */
    @Nullable
    Object value(RunCursor at, ValueCodec codec, Class<?> valueType) {
        Object kept = entries.decodeValue(at, codec);
        return kept == null ? null : new StateForm(name, valueType).fitting(kept);
    }

    /**
     * The partitions of a window's panes, in order; their records are decoded while they are gone through as well.
     *
     * @throws CheckpointException while it is gone through, if the step was a state
     */
    public Iterable<PanePart> parts(ValueCodec codec) {
        return () -> new Decoding<>(entries.inOrder(), at -> part(at, codec));
    }

    private PanePart part(RunCursor at, ValueCodec codec) {
        Iterator<Object> records = entries.decodeElements(at, codec);
        if (records != null
                && entries.decodeKey(at, codec) instanceof List<?> parts
                && parts.size() == 3
                && parts.get(0) instanceof Long time
                && parts.get(1) instanceof Integer partition
                && parts.get(2) instanceof Integer piece) {
            return new PanePart(time, partition, piece, records);
        }
        throw new CheckpointException("the window " + name + " was a state in this checkpoint; write .named(\"" + name
                + "-2\") or another new name");
    }

    String name() {
        return name;
    }

    /** The runs that have its entries, newest first; what journals have changed since is not in them. */
    public List<Run> runs() {
        return entries.runs().stream().map(RunFile::run).toList();
    }

    /** The stored entries, still encoded. */
    KeyedEntries encoded() {
        return entries;
    }

    /** Entries of a cursor, decoded one after the other as they are asked for. */
    private static final class Decoding<T> implements Iterator<T> {
        private final RunCursor cursor;
        private final Function<RunCursor, T> decode;
        private boolean hasNext;

        Decoding(RunCursor cursor, Function<RunCursor, T> decode) {
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
