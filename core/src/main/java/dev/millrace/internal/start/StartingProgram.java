/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.runtime.StartCalls;
import dev.millrace.streaming.BatchTime;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A program that is about to start.
 *
 * @param codec of all types that it declares
 * @param calls by which outputs are asked and opened
 */
public record StartingProgram(
        ExecutionEngine engine, StreamGraph graph, Settings settings, ValueCodec codec, StartCalls calls) {
    /**
     * Begins its states of which nothing is kept.
     *
     * @param kept the names of those of which something is
     * @param before the time just before the first batch
     * @param encoding how changes are encoded, or null if they are not kept
     */
    public void beginStates(Collection<String> kept, BatchTime before, @Nullable ValueCodec encoding) {
        for (StreamNode<?> node : graph.durable()) {
            if (node instanceof StateNode<?, ?, ?> state && !kept.contains(state.keptName())) {
                state.restore(engine, null, 0, before, encoding);
            }
        }
    }
}
