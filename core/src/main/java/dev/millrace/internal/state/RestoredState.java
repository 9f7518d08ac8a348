/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.lineage.RestoredTables;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.lineage.StepTable;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.Partitions;
import dev.millrace.rdd.Partitioner;
import java.util.List;

/**
 * A keyed state: keys and values in their order; each goes to the partition that today's partitioner says.
 *
 * @param timed whether keys time out
 * @param entries to be gone through once, because they may be decoded meanwhile
 * @param about how many there are about, to make room for
 */
public record RestoredState(
        String step, Partitioner partitioner, boolean timed, Iterable<StateEntry> entries, long about)
        implements RestoredTables {
    @Override
    public List<? extends StepTable> in(MemorySpace space) {
        List<StatePartition<Object, Object>> partitions =
                StatePartition.several(space, timed, partitioner.numPartitions());
        boolean whole = false;
        try {
            fill(partitions, HeldStates.kept(space.codec()));
            whole = true;
        } finally {
            if (!whole) {
                partitions.forEach(StatePartition::close);
            }
        }
        return partitions;
    }

    private void fill(List<StatePartition<Object, Object>> partitions, HeldStates<Object> states) {
        long share = about / partitions.size();
        partitions.forEach(partition -> partition.makeRoom(share + share / 32)); // not all get the same
        for (StateEntry entry : entries) {
            Object key = entry.key();
            partitions
                    .get(Partitions.of(partitioner, key, null))
                    .restore(key, StableHash.of(key), states.hold(key, entry.value()), entry.touched());
        }
        partitions.forEach(StatePartition::restored);
    }
}
