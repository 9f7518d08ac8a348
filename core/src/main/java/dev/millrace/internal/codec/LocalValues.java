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

    /** A new value of the bytes. */
    public @Nullable Object decode(byte[] bytes) {
        return new ValueReader(types, schemas, new ByteSource(bytes)).readLast();
    }

    /** Notes in {@code used} the schemas that an encoded value uses, for bytes that leave the program. */
    public void noteUsed(byte[] bytes, Schemas used) {
        schemas.noteUsed(bytes, used);
    }
}
