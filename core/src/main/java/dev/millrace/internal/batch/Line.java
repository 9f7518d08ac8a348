/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.MillraceContext;
import dev.millrace.internal.access.Handles;
import dev.millrace.internal.checkpoint.Durability;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program that is open: planner and runner with all they need, and the batches of an earlier run that come first.
 *
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
        @Nullable BatchTime lastTime,
        @Nullable BatchTime lastDecided,
        List<PlannedBatch> again)
        implements AutoCloseable {

    @Override
    public void close() throws IOException {
        pool.close();
        try {
            graph.inputs().forEach(InputNode::closeInput);
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
