/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.streaming.BatchTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program that is about to start.
 *
 * @param codec of all types that it declares
 */
public record StartingProgram(ExecutionEngine engine, StreamGraph graph, Settings settings, ValueCodec codec) {
    /**
     * Begins its states as without a checkpoint.
     *
     * @param before the time just before the first batch
     * @param encoding how changes are encoded, or null if they are not kept
     */
    public void beginStates(BatchTime before, @Nullable ValueCodec encoding) {
        StepLoader loader = new StepLoader(engine, before, encoding);
        states().forEach(loader::newState);
    }

    /** Its states, in order. */
    List<StateNode<?, ?, ?>> states() {
        return graph.durable().stream()
                .<StateNode<?, ?, ?>>mapMulti((node, each) -> {
                    if (node instanceof StateNode<?, ?, ?> state) {
                        each.accept(state);
                    }
                })
                .toList();
    }
}
