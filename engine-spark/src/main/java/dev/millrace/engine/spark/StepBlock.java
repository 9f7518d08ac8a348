/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.millrace.internal.lineage.TaskObservation;
import java.io.Serializable;
import java.util.List;

/**
 * One partition of what a step left.
 *
 * @param table its contents from batch to batch, in the blocks that its table has written
 * @param records the records that it gave in the batch, encoded; no bytes if there are none
 * @param changes the differences from the version before, in blocks for the change log; none if nobody keeps them
 * @param observation of the attempt that made it
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot read records
record StepBlock(List<byte[]> table, byte[] records, List<byte[]> changes, TaskObservation observation)
        implements Serializable {
    private static final long FEW_BYTES = 1 << 20;

    /**
     * The summary that the driver gets when the step has run; the contents stay with the tasks.
     *
     * @param blocks the number of blocks of changes
     * @param few all of them if they are few, so that they need not be fetched; else none
     */
    @DefaultSerializer(JavaSerializer.class) // Kryo cannot read records
    record Outcome(int blocks, List<byte[]> few, TaskObservation observation) implements Serializable {
        boolean hasAll() {
            return few.size() == blocks;
        }
    }

    Outcome outcome() {
        long bytes = changes.stream().mapToLong(block -> block.length).sum();
        return new Outcome(changes.size(), bytes > FEW_BYTES ? List.of() : changes, observation);
    }
}
