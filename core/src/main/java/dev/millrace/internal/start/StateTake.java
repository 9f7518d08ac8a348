/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.checkpoint.StoredStep;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.state.StateEntry;
import dev.millrace.streaming.BatchTime;
import java.util.List;

/** A state that goes on with its keys and values. */
final class StateTake extends StepTake {
    private final StateNode<?, ?, ?> node;
    private final StoredStep stored;
    private final ValueCodec codec;
    private final Class<?> type;

    /** @param type of its values, as the program says */
    StateTake(StateNode<?, ?, ?> node, StoredStep stored, ValueCodec codec, Class<?> type, List<String> changes) {
        super("state", node.keptName(), changes);
        this.node = node;
        this.stored = stored;
        this.codec = codec;
        this.type = type;
    }

    @Override
    void load(ExecutionEngine engine, BatchTime before) {
        try (ReadAhead<StateEntry> entries = new ReadAhead<>(stored.entries(codec, type))) {
            node.restore(engine, entries, stored.about(), before, codec);
        }
    }

    @Override
    String read() {
        long[] keys = {0};
        stored.entries(codec, type).forEach(entry -> keys[0]++);
        return PlanDraft.count(keys[0], "key", "keys");
    }
}
