/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.logging;

import dev.millrace.streaming.BatchTime;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Logs the steps of batches under the name {@code dev.millrace.batch} at level DEBUG; free when that is off. */
public final class Trace {
    private static final System.Logger LOG = System.getLogger("dev.millrace.batch");
    private static final String[] STEPS = {
        "ingest", "batch", "graph", "plan", "execute", "commit", "checkpoint", "retire"
    };

    private Trace() {}

    /**
     * @param step 1 to 8
     * @param batch the batch, or null for an action outside batches, which is not traced
     */
    public static void step(int step, @Nullable BatchTime batch, Supplier<String> what) {
        if (batch != null && LOG.isLoggable(System.Logger.Level.DEBUG)) {
            LOG.log(System.Logger.Level.DEBUG, "batch {0} [{1} {2}] {3}", batch, step, STEPS[step - 1], what.get());
        }
    }
}
