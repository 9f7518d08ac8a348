/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.memory.HeldRows;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.AsideBlocks;
import java.util.function.Consumer;

/** The records that an attempt in this process puts aside. They are held in memory that is free, and never evict other data. */
final class HeldAside implements AsideBlocks {
    private final transient HeldRows held; // these never leave the process

    HeldAside(MemorySpace space) {
        held = HeldRows.ofRecords(space, HeldRows.Place.FREE_MEMORY_AND_DISK);
    }

    @Override
    public void add(byte[] block) {
        held.add(block);
    }

    @Override
    public void forEach(Consumer<byte[]> each) {
        held.read().forEachRemaining(block -> each.accept((byte[]) block));
    }

    @Override
    public AsideBlocks untilNow() {
        held.complete(); // an attempt tells once, at its end
        return this;
    }

    @Override
    public void close() {
        held.close();
    }
}
