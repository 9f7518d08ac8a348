/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Holds what one attempt puts aside, as blocks of bytes. For one thread at a time. */
public interface AsideBlocks extends Serializable, AutoCloseable {
    /** Keeps a block behind the others; the array is not changed afterwards. */
    void add(byte[] block);

    /** Gives each block, in order. */
    void forEach(Consumer<byte[]> each);

    /** The blocks that are there now, whatever is added later. */
    AsideBlocks untilNow();

    /** Lets go of the blocks. */
    @Override
    void close();

    /** Holds blocks in memory, so that they travel to another process with the rest of what an attempt tells. */
    static AsideBlocks travelling() {
        return new Listed(new ArrayList<>());
    }

    /** Blocks in memory. */
    record Listed(List<byte[]> blocks) implements AsideBlocks {
        @Override
        public void add(byte[] block) {
            blocks.add(block);
        }

        @Override
        public void forEach(Consumer<byte[]> each) {
            blocks.forEach(each);
        }

        @Override
        public AsideBlocks untilNow() {
            return new Listed(new ArrayList<>(blocks));
        }

        @Override
        public void close() {}
    }
}
