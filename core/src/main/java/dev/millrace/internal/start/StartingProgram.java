/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.graph.StreamOutput;
import dev.millrace.internal.runtime.StartCalls;
import dev.millrace.spi.TransactionalOutput;
import dev.millrace.streaming.BatchTime;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A program that is about to start.
 *
 * @param codec of all types that it declares
 * @param calls makes the calls of the start to outputs, so that a stop can interrupt them
 */
public record StartingProgram(
        ExecutionEngine engine, StreamGraph graph, Settings settings, ValueCodec codec, StartCalls calls) {
    /** Has transactional outputs make ready what takes long, while the checkpoint is read. */
    void prepareOutputs() {
        for (StreamOutput<?> output : graph.outputs()) {
            if (output.action() instanceof StreamOutput.ExactlyOnce<?> action
                    && action.output() instanceof TransactionalOutput<?> sink) {
                sink.prepare();
            }
        }
    }

    /**
     * Begins the states of which the checkpoint has nothing.
     *
     * @param kept the names of the states and windows of which it has something
     * @param before the time just before the first batch
     * @param encoding how changes are encoded, or null if they are not kept
     */
    public void beginStates(Collection<String> kept, BatchTime before, @Nullable ValueCodec encoding) {
        for (StreamNode<?> node : graph.durable()) {
            if (node instanceof StateNode<?, ?, ?> state && !kept.contains(state.keptName())) {
                state.begin(engine, before, encoding);
            }
        }
    }
}
