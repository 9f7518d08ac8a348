/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.memory.HeldBlocks;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.AsideBlocks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** The records that an attempt in this process puts aside. They are held in memory that is free, and never evict other data. */
final class HeldAside implements AsideBlocks {
    private final transient HeldBlocks held; // these never leave the process

    HeldAside(MemorySpace space) {
        held = HeldBlocks.inFreeMemory(space);
    }

    @Override
    public void add(byte[] block) {
        held.add(block);
    }

    @Override
    public void forEach(Consumer<byte[]> each) {
        try {
            held.writeTo(each::accept);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // the consumer throws none
        }
    }

    @Override
    public AsideBlocks untilNow() {
        return this; // an attempt tells once, at its end
    }

    @Override
    public void close() {
        held.close();
    }
}
