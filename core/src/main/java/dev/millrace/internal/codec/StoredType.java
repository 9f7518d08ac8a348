/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;

/** Tells of what type an encoded value is, as far as it shows, without making it and without its class. */
public final class StoredType {
    private final Schemas schemas;
    private final ByteSource source;

    private StoredType(Schemas schemas, ByteSource source) {
        this.schemas = schemas;
        this.source = source;
    }

    /** The type's name; of a collection with that of its first element, of a tuple with those of its parts. */
    public static String of(byte[] value, Schemas schemas) {
        return new StoredType(schemas, new ByteSource(value)).next();
    }

    /** The number of elements of an encoded list, or -1 if the value is no list. */
    public static int listSize(byte[] value) {
        ByteSource source = new ByteSource(value);
        return source.readByte() == Tag.LIST ? source.readSize() : -1;
    }

    private String next() {
        ByteSource here = source.copy();
        new ValueSkipper(schemas, source, null).skip();
        int tag = here.readByte();
        return switch (tag) {
            case Tag.NULL -> "null";
            case Tag.FALSE, Tag.TRUE -> "Boolean";
            case Tag.BYTE -> "Byte";
            case Tag.SHORT -> "Short";
            case Tag.INT -> "Integer";
            case Tag.LONG -> "Long";
            case Tag.FLOAT -> "Float";
            case Tag.DOUBLE -> "Double";
            case Tag.CHAR -> "Character";
            case Tag.STRING, Tag.BROKEN_STRING -> "String";
            case Tag.BYTES -> "byte[]";
            case Tag.LIST -> "List" + elements(here, here.readSize(), 1);
            case Tag.SET, Tag.SORTED_SET -> "Set" + elements(here, here.readSize(), 1);
            case Tag.MAP, Tag.SORTED_MAP -> "Map" + elements(here, here.readSize(), 2);
            case Tag.OPTIONAL -> "Optional" + elements(here, here.readByte(), 1);
            case Tag.TUPLE2 -> "Tuple2" + elements(here, 1, 2);
            case Tag.TUPLE3 -> "Tuple3" + elements(here, 1, 3);
            case Tag.TUPLE4 -> "Tuple4" + elements(here, 1, 4);
            case Tag.RECORD, Tag.ENUM -> schemas.get(here.readInt()).typeName();
            case Tag.BIG_INTEGER -> "BigInteger";
            case Tag.BIG_DECIMAL -> "BigDecimal";
            case Tag.INSTANT -> "Instant";
            case Tag.DURATION -> "Duration";
            case Tag.LOCAL_DATE -> "LocalDate";
            case Tag.LOCAL_DATE_TIME -> "LocalDateTime";
            case Tag.UUID -> "UUID";
            case Tag.BATCH_TIME -> "BatchTime";
            default -> throw new CodecException("damaged bytes: no value has the tag " + tag);
        };
    }

    private String elements(ByteSource from, int count, int each) {
        if (count == 0) {
            return "";
        }
        StoredType inside = new StoredType(schemas, from);
        StringBuilder names = new StringBuilder("<").append(inside.next());
        for (int i = 1; i < each; i++) {
            names.append(", ").append(inside.next());
        }
        return names.append('>').toString();
    }
}
