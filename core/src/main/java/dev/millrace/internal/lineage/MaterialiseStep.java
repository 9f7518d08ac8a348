/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.streaming.BatchTime;
import java.util.List;

/**
 * Work that runs once for a batch, over all partitions and before any output. It says what it reads and how a partition of it
 * is run; an engine runs it and holds what it leaves, and need not know what kind of step it is.
 *
 * @param <T> what it holds of a partition
 */
public interface MaterialiseStep<T extends StepTable> {
    /** The parts of a step that outlive its batch. */
    enum Kept {
        /** The tables are kept until the next batch replaces them. */
        TABLES,
        /** The records that it gave, until they are released. */
        RECORDS,
        /** Nothing that must be kept: its tables spare work, and would be made anew from what it reads. */
        NOTHING
    }

    /** The name under which what it leaves is found, in the engine and in the checkpoint. */
    String name();

    BatchTime time();

    Operator operator();

    /** Returns what the batch brings, at least one dataset; all have as many partitions as the step. */
    List<? extends RddNode<?>> inputs();

    /** Returns what steps left for earlier batches, with as many partitions; read only as far as a partition asks for it. */
    default List<? extends MaterializedNode<?>> earlier() {
        return List.of();
    }

    default int partitions() {
        return inputs().get(0).partitions();
    }

    StepTask<T> task();

    Kept kept();
}
