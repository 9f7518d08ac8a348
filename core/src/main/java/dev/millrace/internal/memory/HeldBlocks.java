/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.errors.Causes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encoded blocks that wait until their batch is decided: in memory while the budget has room, the rest on disk. Filled by one
 * thread, then read by one.
 */
public final class HeldBlocks implements StepChanges {
    private final MemorySpace space;
    private final boolean onlyFree;
    private final Reservation reservation;
    private final List<byte[]> inMemory = new ArrayList<>();
    private @Nullable SpilledBlocks onDisk; // what comes behind those in memory

    /** Blocks for whose sake other data gives way. */
    public HeldBlocks(MemorySpace space) {
        this(space, false);
    }

    private HeldBlocks(MemorySpace space, boolean onlyFree) {
        this.space = space;
        this.onlyFree = onlyFree;
        reservation = space.reservation();
    }

    /** Blocks that are in memory only while nobody else wants it. */
    public static HeldBlocks inFreeMemory(MemorySpace space) {
        return new HeldBlocks(space, true);
    }

    /** @throws MillraceException if there is no room in memory, and it cannot be written to disk */
    public void add(byte[] block) {
        if (onDisk == null && hasRoom(reservation.held() + block.length)) {
            inMemory.add(block);
        } else {
            spill(block);
        }
    }

    private boolean hasRoom(long bytes) {
        return onlyFree ? reservation.tryGrowFree(bytes) : reservation.tryGrowTo(bytes);
    }

    private void spill(byte[] block) {
        try {
            onDisk = onDisk == null ? space.blocks() : onDisk;
            onDisk.append(block);
        } catch (IOException e) {
            throw new MillraceException(
                    "what a batch has to keep until it is decided finds no room in memory, and cannot be spilled: "
                            + Causes.text(e)
                            + "; free space there, or set millrace.memory.spillDirectory or a larger"
                            + " millrace.memory.budget",
                    e);
        }
    }

    @Override
    public int blocks() {
        return inMemory.size() + (onDisk == null ? 0 : onDisk.size());
    }

    @Override
    public void writeTo(Sink sink) throws IOException {
        for (byte[] block : inMemory) {
            sink.add(block);
        }
        if (onDisk != null) {
            onDisk.writeTo(sink);
        }
    }

    @Override
    public void close() {
        reservation.close();
        if (onDisk != null) {
            onDisk.close();
        }
    }
}
