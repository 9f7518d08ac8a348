/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.changes;

import dev.millrace.error.CodecException;
import dev.millrace.internal.changes.ChangeBlock.Change;
import dev.millrace.internal.codec.ByteSource;
import dev.millrace.internal.codec.Schemas;

/** Goes through the entries of a change block, and tells where in it each stands. One thread. */
public final class ChangeReader {
    private final byte[] block;
    private final ByteSource source;
    private Change change = Change.PUT;
    private long time = ChangeBlock.UNTIMED;
    private int keyStart;
    private int keyFrom;
    private int keyTo;
    private int valueFrom;
    private int valueTo;

    /** @param schemas those that the block names are added to them */
    public ChangeReader(byte[] block, Schemas schemas) {
        this.block = block;
        source = new ByteSource(block);
        schemas.readFrom(source);
    }

    /** Goes on to the next entry; returns false at the end. */
    public boolean next() {
        while (source.hasMore()) {
            int kind = source.readByte();
            if (kind == ChangeBlock.TOUCHED_AT) {
                time = source.readLong();
                continue;
            }
            change = switch (kind) {
                case ChangeBlock.PUT, ChangeBlock.PUT_SORTED -> Change.PUT;
                case ChangeBlock.REMOVE -> Change.REMOVE;
                case ChangeBlock.TOUCH -> Change.TOUCH;
                default ->
                    throw new CodecException("a change block has an entry of the unknown kind " + kind
                            + "; a newer version wrote it: use that version");
            };
            keyStart = source.position();
            keyFrom = skipSized();
            keyTo = source.position();
            valueFrom = change == Change.PUT ? skipSized() : keyTo;
            valueTo = source.position();
            return true;
        }
        return false;
    }

    /** Passes over bytes with their length, and tells where they began. */
    private int skipSized() {
        int length = source.readSize();
        int from = source.position();
        source.skip(length);
        return from;
    }

    public Change change() {
        return change;
    }

    /** The time at which the key of the entry was touched, or {@link ChangeBlock#UNTIMED}. */
    public long touched() {
        return change == Change.REMOVE ? ChangeBlock.UNTIMED : time;
    }

    /** The time at which keys were touched there, also where one was removed; {@link ChangeBlock#UNTIMED} if it is not kept. */
    public long time() {
        return time;
    }

    public byte[] block() {
        return block;
    }

    /** The place of the length of the key, which stands before its bytes. */
    public int keyStart() {
        return keyStart;
    }

    /** Returns whether the sets and maps of a key that is put come back sorted. */
    public boolean isSorted() {
        return ChangeBlock.isSorted(block, keyStart);
    }

    /** The place at which the bytes of the key begin. */
    public int keyFrom() {
        return keyFrom;
    }

    /** One behind the last byte of the key. */
    public int keyTo() {
        return keyTo;
    }

    /** The place at which the bytes of the value begin, if it is put. */
    public int valueFrom() {
        return valueFrom;
    }

    /** One behind the last byte of the value. */
    public int valueTo() {
        return valueTo;
    }
}
