/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.streaming.BatchTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The shuffle outputs of the engine. Those of a batch are kept for its other outputs, in memory or spilled, until it
 * ends, but for those that should be spilled and cannot be: they would hold too much memory. Outputs that are not kept end with their job.
 */
final class ShuffleStore {
    private final MemorySpace space;
    private final Set<ShuffleOutput<?, ?, ?>> open = ConcurrentHashMap.newKeySet();
    private final Map<BatchTime, Map<Long, ShuffleOutput<?, ?, ?>>> kept = new HashMap<>();

    ShuffleStore(MemorySpace space) {
        this.space = space;
    }

    /** The space in which outputs are held, and everything else that a job has to hold. */
    MemorySpace space() {
        return space;
    }

    /** A new output, to be kept or closed. */
    <K, V, C> ShuffleOutput<K, V, C> make(ShuffleNode<K, V, C> node) {
        ShuffleOutput<K, V, C> output = new ShuffleOutput<>(node, space);
        open.add(output);
        return output;
    }

    void close(ShuffleOutput<?, ?, ?> output) {
        open.remove(output);
        output.close();
    }

    synchronized @Nullable ShuffleOutput<?, ?, ?> find(@Nullable BatchTime batch, ShuffleNode<?, ?, ?> node) {
        return batch == null ? null : kept.getOrDefault(batch, Map.of()).get(node.id());
    }

    /** Keeps an output until its batch ends; returns false if it is to end with its job. */
    synchronized boolean keep(@Nullable BatchTime batch, ShuffleNode<?, ?, ?> node, ShuffleOutput<?, ?, ?> output) {
        return batch != null
                && !output.isStuck()
                && kept.computeIfAbsent(batch, time -> new HashMap<>()).putIfAbsent(node.id(), output) == null;
    }

    synchronized void drop(BatchTime batch) {
        kept.getOrDefault(batch, Map.of()).values().forEach(this::close);
        kept.remove(batch);
    }

    /** Spills about {@code bytes}. */
    void evict(long bytes) {
        long freed = 0;
        for (ShuffleOutput<?, ?, ?> output : open) {
            if (freed < bytes) {
                freed += output.spill(bytes - freed);
            }
        }
    }

    synchronized void close() {
        kept.keySet().stream().toList().forEach(this::drop);
    }
}
