/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.graph.PaneNode;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.state.StateEntry;
import dev.millrace.internal.upgrade.Restorer;
import dev.millrace.internal.window.PanePart;
import dev.millrace.streaming.BatchTime;
import java.util.HashSet;
import java.util.Set;

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
    public void state(StateNode<?, ?, ?> node, Iterable<StateEntry> entries, long about) {
        try (ReadAhead<StateEntry> ahead = new ReadAhead<>(entries)) {
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
    public void panes(PaneNode<?> node, Iterable<PanePart> parts) {
        PaneByPane panes = new PaneByPane(node.name(), parts.iterator());
        while (panes.comesToNext()) {
            node.restore(engine, panes.time(), panes, panes::pieces);
        }
    }
}
