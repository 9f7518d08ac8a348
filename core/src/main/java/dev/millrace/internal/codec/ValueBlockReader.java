/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import org.jspecify.annotations.Nullable;

/** The values of a block of {@link ValueBlockWriter}, in order. */
public final class ValueBlockReader {
    private final ByteSource source;
    private final ValueReader reader;

    public ValueBlockReader(ValueCodec codec, byte[] block) {
        source = new ByteSource(block);
        Schemas schemas = new Schemas();
        schemas.readFrom(source);
        reader = codec.reader(schemas, source);
    }

    public boolean hasNext() {
        return source.hasMore();
    }

    public @Nullable Object next() {
        return reader.read();
    }
}
