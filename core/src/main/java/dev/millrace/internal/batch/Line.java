/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.MillraceContext;
import dev.millrace.internal.access.Handles;
import dev.millrace.internal.checkpoint.Durability;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.streaming.BatchTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program that is open: planner and runner with all they need, and the batches of an earlier run that come first.
 *
 * @param shared what the inputs share, closed after them
 * @param lastTime the last batch time that was used before, or null at the very first start
 * @param lastDecided the last batch that was complete before, or null
 */
record Line(
        MillraceContext context,
        StreamGraph graph,
        BatchPlanner planner,
        BatchRunner runner,
        Durability durability,
        OutputPool pool,
        BatchTime zero,
        AutoCloseable shared,
        @Nullable BatchTime lastTime,
        @Nullable BatchTime lastDecided,
        List<PlannedBatch> again)
        implements AutoCloseable {

    /** Lets data come in. */
    void startInputs() {
        graph.inputs().forEach(InputNode::startInput);
    }

    /** Whether data comes in while nobody asks for it, so that a graceful stop must end that first. */
    boolean receives() {
        return graph.inputs().stream().anyMatch(InputNode::receives);
    }

    /** Returns when no data comes in any more; what has come can still be planned. */
    void stopInputs() {
        graph.inputs().forEach(InputNode::requestInputStop); // all at once
        graph.inputs().forEach(InputNode::awaitInputStopped);
    }

    @Override
    public void close() throws Exception {
        pool.close();
        try {
            graph.inputs().forEach(InputNode::requestInputStop);
            graph.inputs().forEach(InputNode::closeInput);
            shared.close();
        } finally {
            try {
                durability.close();
            } finally {
                Handles.contexts().engine(context).forgetSteps();
                Handles.contexts().claim(context, null);
            }
        }
    }
}
