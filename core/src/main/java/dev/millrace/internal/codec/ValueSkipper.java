/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;
import org.jspecify.annotations.Nullable;

/** Passes over values without making them, so without their classes; it needs only the stored schemas. */
class ValueSkipper {
    protected final Schemas schemas;
    protected final ByteSource source;
    private final @Nullable Schemas used;

    ValueSkipper(Schemas schemas, ByteSource source, @Nullable Schemas used) {
        this.schemas = schemas;
        this.source = source;
        this.used = used;
    }

    void skip() {
        int tag = source.readByte();
        source.enter();
        switch (tag) {
            case Tag.NULL, Tag.FALSE, Tag.TRUE -> {}
            case Tag.BYTE -> source.skip(1);
            case Tag.SHORT, Tag.INT, Tag.LONG, Tag.CHAR, Tag.LOCAL_DATE, Tag.BATCH_TIME -> source.readSigned();
            case Tag.FLOAT -> source.skip(4);
            case Tag.DOUBLE -> source.skip(8);
            case Tag.STRING, Tag.BROKEN_STRING, Tag.BYTES, Tag.BIG_INTEGER -> source.skip(source.readSize());
            case Tag.LIST, Tag.SET, Tag.SORTED_SET -> skip(source.readSize());
            case Tag.MAP, Tag.SORTED_MAP -> skip(2L * source.readSize());
            case Tag.OPTIONAL -> skip(source.readByte() == 1 ? 1 : 0);
            case Tag.TUPLE2 -> skip(2);
            case Tag.TUPLE3 -> skip(3);
            case Tag.TUPLE4 -> skip(4);
            case Tag.RECORD -> composite(source.readInt());
            case Tag.ENUM -> constant(source.readInt(), source.readString());
            case Tag.BIG_DECIMAL -> {
                source.readSigned();
                source.skip(source.readSize());
            }
            case Tag.INSTANT, Tag.DURATION, Tag.LOCAL_DATE_TIME -> {
                source.readSigned();
                source.readSigned();
            }
            case Tag.UUID -> source.skip(16);
            default -> throw new CodecException("damaged bytes: no value has the tag " + tag);
        }
        source.leave();
    }

    private void skip(long values) {
        for (long i = 0; i < values; i++) {
            skip();
        }
    }

    protected void composite(int fingerprint) {
        note(fingerprint);
        skip(schemas.get(fingerprint).fields().size());
    }

    protected void constant(int fingerprint, String name) {
        note(fingerprint);
    }

    protected final void note(int fingerprint) {
        Schema schema = schemas.get(fingerprint);
        if (used != null) {
            used.add(fingerprint, schema);
        }
    }
}
