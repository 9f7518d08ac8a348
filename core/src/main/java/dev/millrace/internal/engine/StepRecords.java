/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.RestoredRecords;
import dev.millrace.internal.memory.HeldRows;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The records that steps gave, in memory while there is room; when it is short, the oldest go to disk first. They come and go
 * on the batch thread; tasks read them, and any thread may spill them.
 */
final class StepRecords {
    private final MemorySpace space;
    private final Map<Key, Held> held = new ConcurrentHashMap<>();

    StepRecords(MemorySpace space) {
        this.space = space;
    }

    private record Key(String step, BatchTime time) {}

    /** @param until when they go if they are not released before */
    private record Held(List<HeldRows> partitions, Until until) {
        void close() {
            partitions.forEach(HeldRows::close);
        }
    }

    private enum Until {
        THE_BATCH_ENDS,
        IT_IS_ROLLED_BACK,
        THEY_ARE_RELEASED
    }

    /** @param kept whether they outlive their batch */
    void put(String step, BatchTime time, List<HeldRows> partitions, boolean kept) {
        put(step, time, partitions, kept ? Until.IT_IS_ROLLED_BACK : Until.THE_BATCH_ENDS);
    }

    private void put(String step, BatchTime time, List<HeldRows> partitions, Until until) {
        close(held.put(new Key(step, time), new Held(partitions, until)));
    }

    private static void close(@Nullable Held records) {
        if (records != null) {
            records.close();
        }
    }

    /** The partitions of what a leaf reads, or null if they are not here. */
    @Nullable
    List<HeldRows> find(MaterializedNode<?> node) {
        Held found = held.get(new Key(node.step(), node.time()));
        return found == null ? null : found.partitions();
    }

    void settle(boolean committed) {
        held.forEach((key, records) -> {
            if (records.until() == Until.THE_BATCH_ENDS || records.until() == Until.IT_IS_ROLLED_BACK && !committed) {
                close(held.remove(key));
            } else if (records.until() == Until.IT_IS_ROLLED_BACK) {
                held.put(key, new Held(records.partitions(), Until.THEY_ARE_RELEASED));
            }
        });
    }

    /** Holds what is restored as it comes: what finds no room goes to disk meanwhile. */
    void restore(RestoredRecords restored) {
        List<HeldRows> partitions = new ArrayList<>();
        boolean whole = false;
        try {
            restored.place(() -> HeldRows.ofRecords(space, HeldRows.Place.MEMORY_AND_DISK), HeldRows::add, partitions);
            partitions.forEach(HeldRows::complete);
            whole = true;
        } finally {
            if (!whole) {
                partitions.forEach(HeldRows::close);
            }
        }
        put(restored.step(), restored.time(), partitions, Until.THEY_ARE_RELEASED);
    }

    void release(String step, BatchTime time) {
        close(held.remove(new Key(step, time)));
    }

    /** Spills about {@code bytes}. */
    void evict(long bytes) {
        long freed = 0;
        List<Map.Entry<Key, Held>> oldestFirst = new ArrayList<>(held.entrySet());
        oldestFirst.sort(Comparator.comparing(entry -> entry.getKey().time()));
        for (Map.Entry<Key, Held> entry : oldestFirst) {
            for (HeldRows partition : entry.getValue().partitions()) {
                if (freed < bytes) {
                    freed += partition.spill();
                }
            }
        }
    }

    void clear() {
        held.values().forEach(Held::close);
        held.clear();
    }
}
