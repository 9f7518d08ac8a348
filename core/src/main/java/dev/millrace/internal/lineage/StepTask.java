/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.memory.MemorySpace;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * The task that runs a step in one partition for one batch. It holds no lineage, so it can be sent to the process where it runs.
 *
 * @param <T> the type of the table of the step
 */
public interface StepTask<T extends StepTable> extends Serializable {
    /** One empty table for each partition. */
    List<T> open(MemorySpace space, int partitions);

    /**
     * Runs one attempt. An attempt that fails is forgotten together with what it gave, and the next one finds the table as this
     * one did, or finds one that knows that it must be made anew.
     *
     * @return what the attempt would make of the table
     */
    StepChange run(T table, StepInput input, StepOutput output) throws Exception;

    /** The records of a table that was {@linkplain StepTable#writeTo written}, without making one. */
    default Iterator<?> read(List<byte[]> table, ValueCodec codec) {
        return Collections.emptyIterator();
    }
}
