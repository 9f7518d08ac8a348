/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The shape of a declared type as it is written beside the data.
 *
 * @param kind what kind of type it is
 * @param typeName the class's binary name
 * @param fields the components in order; empty for an enum
 */
public record Schema(Kind kind, String typeName, List<Field> fields) {
    /** The kinds of types; their numbers in the format are in this order, from 1 on. */
    public enum Kind {
        ENUM,
        /** A record, or a class by its fields. */
        COMPOSITE
    }

    /** A stored component. */
    public record Field(String name, TypeName type) {}

    boolean isEnum() {
        return kind == Kind.ENUM;
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
        sink.writeByte(kind.ordinal() + 1);
        sink.writeString(typeName);
        sink.writeSize(fields.size());
        for (Field field : fields) {
            sink.writeString(field.name());
            field.type().writeTo(sink);
        }
    }

    static Schema readFrom(ByteSource source) {
        int number = source.readByte();
        if (number < 1 || number > Kind.values().length) {
            throw new CodecException("damaged bytes: no kind of type has the number " + number);
        }
        Kind kind = Kind.values()[number - 1];
        String typeName = source.readString();
        int count = source.readSize();
        if (kind == Kind.ENUM && count > 0) {
            throw new CodecException("damaged bytes: an enum with components");
        }
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            fields.add(new Field(source.readString(), TypeName.readFrom(source)));
        }
        return new Schema(kind, typeName, List.copyOf(fields));
    }
}
