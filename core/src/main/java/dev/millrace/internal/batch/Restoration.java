/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.graph.PaneNode;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.materialise.Restored;
import dev.millrace.internal.upgrade.Restorer;
import dev.millrace.spi.ExecutionEngine;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Gives the engine what states and windows go on with. */
final class Restoration implements Restorer {
    private final ExecutionEngine engine;
    private final StreamGraph graph;
    private final BatchTime before;
    private final ValueCodec codec;
    private final Set<StreamNode<?>> restored = new HashSet<>();

    /** @param before the time just before the first batch */
    Restoration(ExecutionEngine engine, StreamGraph graph, BatchTime before, ValueCodec codec) {
        this.engine = engine;
        this.graph = graph;
        this.before = before;
        this.codec = codec;
    }

    @Override
    public void state(StateNode<?, ?, ?> node, Iterable<Restored.Entry> entries, long about) {
        try (ReadAhead<Restored.Entry> ahead = new ReadAhead<>(entries)) {
            node.restore(engine, ahead, about, before, codec);
        }
        restored.add(node);
    }

    /** The states that the checkpoint does not know begin. */
    void initialStates() {
        for (StreamNode<?> node : graph.durable()) {
            if (node instanceof StateNode<?, ?, ?> state && !restored.contains(node)) {
                state.restore(engine, null, 0, before, codec);
            }
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    public void panes(PaneNode<?> node, List<Restored.Entry> entries) {
        Map<Long, TreeMap<Integer, List<Object>>> byTime = new TreeMap<>();
        for (Restored.Entry entry : entries) {
            List<Object> key = (List<Object>) entry.key();
            byTime.computeIfAbsent((Long) key.get(0), time -> new TreeMap<>())
                    .put((Integer) key.get(1), (List<Object>) entry.value());
        }
        byTime.forEach((time, logged) -> {
            BatchTime batch = new BatchTime(time);
            List<List<Object>> partitions = node.placed(new ArrayList<>(logged.values()));
            engine.restore(new Restored.Pane(node.name(), batch, partitions));
            node.restored(batch, partitions.size(), logged.size());
        });
    }
}
