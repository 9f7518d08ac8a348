/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** The values of a block of {@link ValueBlockWriter}, in order. */
@SuppressWarnings("NullAway") // values may be null
public final class ValueBlockReader implements Iterator<Object> {
    private final ByteSource source;
    private final ValueReader reader;

    public ValueBlockReader(ValueCodec codec, byte[] block) {
        source = new ByteSource(block);
        Schemas schemas = new Schemas();
        schemas.readFrom(source);
        reader = codec.reader(schemas, source);
    }

    @Override
    public boolean hasNext() {
        return source.hasMore();
    }

    @Override
    public Object next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return reader.read();
    }
}
