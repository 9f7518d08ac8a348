/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.execute;

import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.streaming.BatchTime;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shuffle outputs kept for the other outputs of the same batch, while they are small enough to be worth their room. */
final class ShuffleStore {
    private static final long MOST_RECORDS =
            Math.min(1_000_000, Runtime.getRuntime().maxMemory() / 2000);

    private final Map<BatchTime, Map<Long, ShuffleOutput<?, ?, ?>>> kept = new HashMap<>();

    synchronized @Nullable ShuffleOutput<?, ?, ?> find(@Nullable BatchTime batch, ShuffleNode<?, ?, ?> node) {
        return batch == null ? null : kept.getOrDefault(batch, Map.of()).get(node.id());
    }

    synchronized void keep(@Nullable BatchTime batch, ShuffleNode<?, ?, ?> node, ShuffleOutput<?, ?, ?> output) {
        if (batch != null && output.records() <= MOST_RECORDS) {
            kept.computeIfAbsent(batch, time -> new HashMap<>()).put(node.id(), output);
        }
    }

    synchronized void drop(BatchTime batch) {
        kept.remove(batch);
    }
}
