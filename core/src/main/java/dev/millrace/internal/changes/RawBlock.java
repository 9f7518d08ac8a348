/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.changes;

import dev.millrace.internal.codec.ByteSink;
import dev.millrace.internal.codec.Schemas;

/**
 * Puts together a change block of entries that are encoded already. It names the schemas that its values use and no
 * others, so a schema is forgotten with its last value. One thread.
 */
public final class RawBlock {
    private final Schemas schemas;
    private final ByteSink entries = new ByteSink();
    private Schemas used = new Schemas();
    private long time = ChangeBlock.UNTIMED;

    /** @param schemas of the entries */
    public RawBlock(Schemas schemas) {
        this.schemas = schemas;
    }

    /**
     * A key with a value, each a part of an array.
     *
     * @param sorted whether the sets and maps of the key come back sorted
     */
    public void put(
            byte[] key,
            int keyFrom,
            int keyTo,
            boolean sorted,
            byte[] value,
            int valueFrom,
            int valueTo,
            long touched) {
        schemas.noteUsed(key, keyFrom, keyTo, used);
        schemas.noteUsed(value, valueFrom, valueTo, used);
        time = ChangeBlock.touchedAt(entries, time, touched);
        entries.writeByte(sorted ? ChangeBlock.PUT_SORTED : ChangeBlock.PUT);
        entries.writeSized(key, keyFrom, keyTo);
        entries.writeSized(value, valueFrom, valueTo);
    }

    /** A key that is removed is never decoded, so its schemas need not be known. */
    public void remove(byte[] key) {
        entries.writeByte(ChangeBlock.REMOVE);
        entries.writeSized(key);
    }

    /** A key whose value is what it was. */
    public void touch(byte[] key, int keyFrom, int keyTo, long touched) {
        schemas.noteUsed(key, keyFrom, keyTo, used);
        time = ChangeBlock.touchedAt(entries, time, touched);
        entries.writeByte(ChangeBlock.TOUCH);
        entries.writeSized(key, keyFrom, keyTo);
    }

    public int size() {
        return entries.size();
    }

    /** The block; this is empty again then. */
    public byte[] take() {
        byte[] block = ChangeBlock.join(used, entries);
        entries.clear();
        used = new Schemas();
        time = ChangeBlock.UNTIMED;
        return block;
    }
}
