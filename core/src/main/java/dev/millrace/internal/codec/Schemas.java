/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The schemas that some values use, by fingerprint. */
public final class Schemas {
    private final Map<Integer, Schema> byFingerprint = new LinkedHashMap<>();

    void add(int fingerprint, Schema schema) {
        Schema present = byFingerprint.putIfAbsent(fingerprint, schema);
        if (present != null && !present.equals(schema)) {
            throw new CodecException(
                    "the types " + present.typeName() + " and " + schema.typeName() + " have the same fingerprint");
        }
    }

    public void writeTo(ByteSink sink) {
        sink.writeSize(byFingerprint.size());
        byFingerprint.values().forEach(schema -> schema.writeTo(sink));
    }

    public void readFrom(ByteSource source) {
        int count = source.readSize();
        for (int i = 0; i < count; i++) {
            Schema schema = Schema.readFrom(source);
            add(schema.fingerprint(), schema);
        }
    }

    Schema get(int fingerprint) {
        Schema schema = byFingerprint.get(fingerprint);
        if (schema == null) {
            throw new CodecException("damaged bytes: no schema has the fingerprint " + fingerprint);
        }
        return schema;
    }
}
