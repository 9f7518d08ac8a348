/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The schemas that some values use, by fingerprint. For one thread. */
public final class Schemas {
    private final Map<Integer, Schema> byFingerprint = new LinkedHashMap<>();
    private @Nullable Resolvers resolvers;
    private @Nullable Schema lastAdded;

    void add(int fingerprint, Schema schema) {
        if (schema == lastAdded) {
            return; // mostly, values of one type follow each other
        }
        lastAdded = schema;
        Schema present = byFingerprint.putIfAbsent(fingerprint, schema);
        if (present != null && present != schema && !present.equals(schema)) {
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

    /** All of them, in order of first use. */
    public Collection<Schema> all() {
        return Collections.unmodifiableCollection(byFingerprint.values());
    }

    /** Notes in {@code used} those that an encoded value uses, without decoding it. */
    public void noteUsed(byte[] value, Schemas used) {
        noteUsed(value, 0, value.length, used);
    }

    /** The same of the bytes from {@code from} to before {@code to}. */
    public void noteUsed(byte[] bytes, int from, int to, Schemas used) {
        if (!byFingerprint.isEmpty()) {
            new ValueSkipper(this, new ByteSource(bytes, from, to), used).skip();
        }
    }

    /** The resolvers of these schemas for some declared types; found once. */
    Resolvers resolvers(DeclaredTypes types) {
        if (resolvers == null || !resolvers.areFor(types, byFingerprint.size())) {
            resolvers = new Resolvers(types, byFingerprint);
        }
        return resolvers;
    }

    Schema get(int fingerprint) {
        Schema schema = byFingerprint.get(fingerprint);
        if (schema == null) {
            throw new CodecException("damaged bytes: no schema has the fingerprint " + fingerprint);
        }
        return schema;
    }
}
