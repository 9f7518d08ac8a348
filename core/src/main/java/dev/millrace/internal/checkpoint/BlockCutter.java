/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.changes.RawBlock;
import dev.millrace.internal.codec.Schemas;
import java.util.function.Consumer;

/** Cuts encoded entries into change blocks. */
final class BlockCutter {
    private final int blockBytes;
    private final Consumer<byte[]> each;
    private final RawBlock open;

    /**
     * @param schemas of the entries
     * @param blockBytes when a block is full
     * @param each is given each block
     */
    BlockCutter(Schemas schemas, int blockBytes, Consumer<byte[]> each) {
        this.blockBytes = blockBytes;
        this.each = each;
        open = new RawBlock(schemas);
    }

    void put(byte[] key, boolean sorted, byte[] value, long touched) {
        open.put(key, 0, key.length, sorted, value, 0, value.length, touched);
        cut();
    }

    /** The entry that {@code entries} has come to. */
    void put(EntryCursor entries) {
        entries.copyTo(open);
        cut();
    }

    void remove(byte[] key) {
        open.remove(key);
        cut();
    }

    private void cut() {
        if (open.size() >= blockBytes) {
            end();
        }
    }

    /** Gives on what is left. */
    void end() {
        if (open.size() > 0) {
            each.accept(open.take());
        }
    }
}
