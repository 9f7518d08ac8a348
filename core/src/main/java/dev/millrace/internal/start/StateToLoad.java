/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.checkpoint.StoredStep;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.runs.RunCopy;
import dev.millrace.internal.state.StateEntry;
import dev.millrace.internal.state.StoredEntries;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A state that goes on with its keys and values. */
final class StateToLoad extends StepToLoad implements StoredEntries {
    private final StateNode<?, ?, ?> node;
    private final StoredStep stored;
    private final ValueCodec codec;
    private final Class<?> type;
    private final boolean isRewritten;

    /**
     * @param type of its values, as the program says
     * @param changes of its types, in words; none if its entries stay as they are
     */
    StateToLoad(StateNode<?, ?, ?> node, StoredStep stored, ValueCodec codec, Class<?> type, List<String> changes) {
        super("state", node.keptName(), changes);
        this.node = node;
        this.stored = stored;
        this.codec = codec;
        this.type = type;
        isRewritten = !changes.isEmpty();
    }

    @Override
    void load(ExecutionEngine engine, BatchTime before) {
        node.restore(engine, this, before);
    }

    @Override
    public long bytes() {
        return stored.bytes();
    }

    @Override
    public void forEach(Consumer<StateEntry> each) {
        stored.entries(codec, type).forEach(each);
    }

    @Override
    public @Nullable List<RunCopy> copies(RunCopy.Paths paths) throws IOException {
        return isRewritten || stored.isOfOtherTypes(codec) ? null : stored.copies(paths);
    }

    @Override
    String read() {
        long[] keys = {0};
        stored.entries(codec, type).forEach(entry -> keys[0]++);
        return PlanDraft.count(keys[0], "key", "keys");
    }
}
