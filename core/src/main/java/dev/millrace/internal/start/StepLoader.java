/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.graph.PaneNode;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.state.StateEntry;
import dev.millrace.internal.window.PanePart;
import dev.millrace.streaming.BatchTime;
import org.jspecify.annotations.Nullable;

/**
 * Gives an engine what states and windows begin with.
 *
 * @param before the time just before the first batch
 * @param codec how changes are encoded, or null if they are not kept
 */
record StepLoader(
        ExecutionEngine engine, BatchTime before, @Nullable ValueCodec codec) {
    void state(StateNode<?, ?, ?> node, Iterable<StateEntry> entries, long about) {
        try (ReadAhead<StateEntry> ahead = new ReadAhead<>(entries)) {
            node.restore(engine, ahead, about, before, codec);
        }
    }

    /** A state that nothing is kept of. */
    void newState(StateNode<?, ?, ?> node) {
        node.restore(engine, null, 0, before, codec);
    }

    void panes(PaneNode<?> node, Iterable<PanePart> parts) {
        PaneByPane panes = new PaneByPane(node.name(), parts.iterator());
        while (panes.comesToNext()) {
            node.restore(engine, panes.time(), panes, panes::pieces);
        }
    }
}
