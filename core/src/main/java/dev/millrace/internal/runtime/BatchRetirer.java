/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.graph.BatchScope;
import dev.millrace.internal.logging.Trace;

/** Ends batches: their steps become the next base, or vanish, and what only they needed is dropped. */
public final class BatchRetirer {
    private final ExecutionEngine engine;

    public BatchRetirer(ExecutionEngine engine) {
        this.engine = engine;
    }

    /** After the commit. */
    public void retire(BatchScope batch) {
        settle(batch, true);
        batch.released().forEach(released -> engine.release(released.step(), released.time()));
        Trace.step(
                Trace.Phase.PUBLISH,
                batch.time(),
                () -> "retired; " + batch.released().size() + " panes dropped");
    }

    /** Instead of a commit: as if the batch had never run. */
    public void forget(BatchScope batch) {
        settle(batch, false);
    }

    private void settle(BatchScope batch, boolean committed) {
        engine.settle(batch.time(), committed);
        batch.persisted().forEach(kept -> {
            kept.noLongerWanted();
            engine.unpersist(kept);
        });
    }
}
