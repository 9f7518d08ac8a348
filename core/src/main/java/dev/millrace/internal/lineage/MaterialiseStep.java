/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.streaming.BatchTime;
import org.jspecify.annotations.Nullable;

/** A step to run for one batch. */
public interface MaterialiseStep {
    /** The name under which its contents live, in the engine and in the checkpoint. */
    String name();

    BatchTime time();

    Operator operator();

    RddNode<?> input();

    /** How its changes are encoded for the change log, or null if nobody keeps them. */
    @Nullable
    ValueCodec codec();

    /** The leaf through which what the step left is read. */
    MaterializedNode<?> output();
}
