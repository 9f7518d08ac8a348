/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.streaming.BatchTime;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** The records that a step gave in one batch, read from the checkpoint and given back to an engine. */
public interface RestoredRecords {
    String step();

    BatchTime time();

    /**
     * Gives each record to the partition that it belongs to today. Once.
     *
     * @param open makes a partition
     * @param partitions is given all of them, those that are empty too
     */
    <P> void place(Supplier<P> open, BiConsumer<P, Object> add, List<P> partitions);
}
