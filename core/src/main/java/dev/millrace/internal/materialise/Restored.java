/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.materialise;

import dev.millrace.rdd.Partitioner;
import dev.millrace.streaming.BatchTime;
import java.util.List;

/** What a step held at the last commit, read from the checkpoint and given back to an engine. */
public sealed interface Restored {
    String step();

    /**
     * Keys and values in their order; each goes to the partition that today's partitioner says.
     *
     * @param timed whether keys time out
     * @param entries to be gone through once, because they may be decoded meanwhile
     * @param about how many there are about, to make room for
     */
    record State(String step, Partitioner partitioner, boolean timed, Iterable<Entry> entries, long about)
            implements Restored {}

    /** @param touched when the key last had data, or {@link StateTable#UNTIMED} */
    record Entry(Object key, Object value, long touched) {
        /** The same, touched at {@code time} if it is not known when. */
        public Entry orTouchedAt(long time) {
            return touched != StateTable.UNTIMED ? this : new Entry(key, value, time);
        }
    }

    /** The records of a pane by partition. */
    record Pane(String step, BatchTime time, List<List<Object>> partitions) implements Restored {}
}
