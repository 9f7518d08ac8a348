/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Appends values to a sink, each with its length before it, without an array of its own for each. One thread. */
public final class SizedValues {
    private final ByteSink sink;
    private final ValueWriter keys;
    private final ValueWriter values;

    SizedValues(DeclaredTypes types, Schemas schemas, ByteSink sink) {
        this.sink = sink;
        keys = new ValueWriter(types, schemas, sink, ValueWriter.Form.CANONICAL);
        values = new ValueWriter(types, schemas, sink, ValueWriter.Form.PLAIN);
    }

    /**
     * As {@link ValueCodec#encodeKey}.
     *
     * @return whether sets and maps of the key are sorted, which its bytes do not say
     */
    public boolean writeKey(@Nullable Object key) {
        int start = sink.beginSized();
        keys.write(key);
        sink.endSized(start);
        return keys.metSorted();
    }

    /** As {@link ValueCodec#encodeValue}. */
    public void writeValue(@Nullable Object value) {
        int start = sink.beginSized();
        values.write(value);
        sink.endSized(start);
    }

    /** A list of the next elements, which need not be held together, until it has {@code bytes} or there is none left. */
    public void writeList(Iterator<?> elements, int bytes) {
        int start = sink.beginSized();
        values.writeList(elements, bytes);
        sink.endSized(start);
    }
}
