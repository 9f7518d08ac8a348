/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

/** About what a value will take in memory, rather too much than too little, found without making it. */
final class ValueSize extends ValueSkipper {
    private static final int SLOT = 8; // in a list that has grown
    private static final int ENTRY = 64;
    private static final int LEAF = 56;
    private static final int CONTAINER = 88;

    private long bytes;

    private ValueSize(Schemas schemas, ByteSource source) {
        super(schemas, source, null);
    }

    /** Passes over the next value. */
    static long ofNext(Schemas schemas, ByteSource source) {
        ValueSize size = new ValueSize(schemas, source);
        size.skip();
        return size.bytes;
    }

    @Override
    void skip() {
        int from = source.position();
        int tag = source.peekByte();
        bytes += SLOT;
        switch (tag) {
            case Tag.NULL, Tag.FALSE, Tag.TRUE, Tag.ENUM -> super.skip();
            case Tag.LIST, Tag.OPTIONAL, Tag.TUPLE2, Tag.TUPLE3, Tag.TUPLE4, Tag.RECORD -> {
                bytes += CONTAINER;
                super.skip();
            }
            case Tag.SET, Tag.SORTED_SET, Tag.MAP, Tag.SORTED_MAP -> {
                ByteSource ahead = source.copy();
                ahead.skip(1);
                bytes += CONTAINER + (long) ENTRY * ahead.readSize();
                super.skip();
            }
            default -> {
                super.skip();
                bytes += LEAF + 2L * (source.position() - from); // text may take two bytes for one
            }
        }
    }
}
