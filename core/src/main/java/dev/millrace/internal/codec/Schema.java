/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import java.util.List;
import java.util.zip.CRC32;

/**
 * The shape of a declared type as it is written beside the data.
 *
 * @param kind record or enum
 * @param typeName the class's binary name
 * @param fields the names of a record's components in order; empty for an enum
 */
public record Schema(Kind kind, String typeName, List<String> fields) {
    /** What kind of class it is; the order is the format's. */
    public enum Kind {
        RECORD,
        ENUM
    }

    /** A number that stands for the schema inside values: the CRC-32 of its bytes. */
    public int fingerprint() {
        CRC32 crc = new CRC32();
        ByteSink sink = new ByteSink();
        writeTo(sink);
        crc.update(sink.toBytes());
        return (int) crc.getValue();
    }

    void writeTo(ByteSink sink) {
        sink.writeByte(kind.ordinal());
        sink.writeString(typeName);
        sink.writeSize(fields.size());
        fields.forEach(sink::writeString);
    }

    static Schema readFrom(ByteSource source) {
        int kind = source.readByte();
        if (kind < 0 || kind >= Kind.values().length) {
            throw new dev.millrace.error.CodecException("damaged bytes: no kind of type has the number " + kind);
        }
        String typeName = source.readString();
        String[] fields = new String[source.readSize()];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = source.readString();
        }
        return new Schema(Kind.values()[kind], typeName, List.of(fields));
    }
}
