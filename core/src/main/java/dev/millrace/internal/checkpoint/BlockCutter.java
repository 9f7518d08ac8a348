/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.materialise.ChangeBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Cuts encoded entries into change blocks. A block names the schemas that its values use and no others, so a schema is
 * forgotten with its last value.
 */
final class BlockCutter {
    private final Schemas schemas;
    private final int blockBytes;
    private final Consumer<byte[]> each;
    private final List<ChangeBlock.Entry> pending = new ArrayList<>();
    private Schemas used = new Schemas();
    private long bytes;

    /**
     * @param schemas of the entries
     * @param blockBytes when a block is full
     * @param each is given each block
     */
    BlockCutter(Schemas schemas, int blockBytes, Consumer<byte[]> each) {
        this.schemas = schemas;
        this.blockBytes = blockBytes;
        this.each = each;
    }

    void add(ChangeBlock.Entry entry) {
        pending.add(entry);
        bytes += entry.key().length;
        byte[] value = entry.value();
        if (value != null) { // a key that is removed is never decoded
            schemas.noteUsed(entry.key(), used);
            schemas.noteUsed(value, used);
            bytes += value.length;
        }
        if (bytes >= blockBytes) {
            end();
        }
    }

    /** Gives on what is left. */
    void end() {
        if (!pending.isEmpty()) {
            each.accept(ChangeBlock.ofRaw(used, pending));
            pending.clear();
            used = new Schemas();
            bytes = 0;
        }
    }
}
