/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.internal.checkpoint.Durability;
import java.util.function.UnaryOperator;

/**
 * Breaks the durable protocol on purpose, so that the tests of crashes can show that they would notice. For tests alone:
 * nothing else calls this, and without it the protocol is the checkpoint's own.
 */
public final class ProtocolMutation {
    private ProtocolMutation() {}

    /** From now on every context of this process that has a checkpoint runs on what {@code mutation} makes of it. */
    public static void install(UnaryOperator<Durability> mutation) {
        Launch.durabilityForTests = mutation;
    }
}
