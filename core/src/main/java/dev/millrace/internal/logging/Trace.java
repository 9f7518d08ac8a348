/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.logging;

import dev.millrace.streaming.BatchTime;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Logs how batches go through their phases, under the name {@code dev.millrace.batch} at level DEBUG; free when that is off. */
public final class Trace {
    private static final System.Logger LOG = System.getLogger("dev.millrace.batch");

    /** The phases of a batch, in their order. */
    public enum Phase {
        TAKE,
        COMPUTE,
        DECIDE,
        PUBLISH;

        private final String text = name().toLowerCase(Locale.ROOT);
    }

    private Trace() {}

    /** @param batch the batch, or null for an action outside batches, which is not traced */
    public static void step(Phase phase, @Nullable BatchTime batch, Supplier<String> what) {
        if (batch != null && LOG.isLoggable(System.Logger.Level.DEBUG)) {
            LOG.log(System.Logger.Level.DEBUG, "batch {0} [{1}] {2}", batch, phase.text, what.get());
        }
    }
}
