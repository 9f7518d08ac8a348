/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import org.jspecify.annotations.Nullable;

/**
 * Values as bytes that stay with this program: no schemas stand beside them, because the declared types are what they were
 * when the bytes were made. One thread.
 */
public final class LocalValues {
    private final DeclaredTypes types;
    private final Schemas schemas;
    private final ByteSink sink = new ByteSink();
    private boolean sorted;
    private boolean hasSets;

    LocalValues(DeclaredTypes types) {
        this.types = types;
        schemas = types.schemas();
    }

    /**
     * The bytes of a value.
     *
     * @param exact whether to refuse what would come back as another class
     * @throws dev.millrace.error.CodecException if the codec does not know a type
     */
    public byte[] encode(Object value, boolean exact) {
        sink.clear();
        new ValueWriter(types, schemas, sink, exact ? ValueWriter.Form.SAME_CLASS : ValueWriter.Form.PLAIN)
                .write(value);
        return sink.toBytes();
    }

    /**
     * The bytes of a key; equal keys have equal ones.
     *
     * @throws dev.millrace.error.CodecException if the codec does not know a type
     */
    public byte[] encodeKey(@Nullable Object key) {
        sink.clear();
        ValueWriter writer = new ValueWriter(types, schemas, sink, ValueWriter.Form.CANONICAL);
        writer.write(key);
        sorted = writer.metSorted();
        hasSets = sorted || writer.metUnsorted();
        return sink.toBytes();
    }

    /** Returns whether sets and maps of the key that was encoded last are sorted, which its bytes do not say. */
    public boolean isSorted() {
        return sorted;
    }

    /** Returns whether the key that was encoded last has sets or maps, so that an equal one may differ in whether they are sorted. */
    public boolean hasSets() {
        return hasSets;
    }

    /** A new value of the bytes. */
    public @Nullable Object decode(byte[] bytes) {
        return decode(bytes, 0, bytes.length);
    }

    /** A new value of the bytes from {@code from} to before {@code to}. */
    public @Nullable Object decode(byte[] bytes, int from, int to) {
        return new ValueReader(types, schemas, new ByteSource(bytes, from, to)).readLast();
    }

    /**
     * The key of the bytes from {@code from} to before {@code to}.
     *
     * @param sorts whether its sets and maps are to be sorted ones
     */
    public @Nullable Object decodeKey(byte[] bytes, int from, int to, boolean sorts) {
        return new ValueReader(types, schemas, new ByteSource(bytes, from, to), sorts).readLast();
    }

    /** Notes in {@code used} the schemas that an encoded value uses, for bytes that leave the program. */
    public void noteUsed(byte[] bytes, Schemas used) {
        schemas.noteUsed(bytes, used);
    }
}
