/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.changes.RawBlock;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.Schemas;
import java.io.IOException;

/** Cuts encoded entries into change blocks. */
final class BlockCutter {
    private final int blockBytes;
    private final StepChanges.Sink each;
    private final RawBlock open;

    /**
     * @param schemas of the entries
     * @param blockBytes when a block is full
     * @param each is given each block
     */
    BlockCutter(Schemas schemas, int blockBytes, StepChanges.Sink each) {
        this.blockBytes = blockBytes;
        this.each = each;
        open = new RawBlock(schemas);
    }

    void put(byte[] key, boolean sorted, byte[] value, long touched) throws IOException {
        open.put(key, 0, key.length, sorted, value, 0, value.length, touched);
        cut();
    }

    void remove(byte[] key) throws IOException {
        open.remove(key);
        cut();
    }

    private void cut() throws IOException {
        if (open.size() >= blockBytes) {
            end();
        }
    }

    /** Gives on what is left. */
    void end() throws IOException {
        if (open.size() > 0) {
            each.add(open.take());
        }
    }
}
