/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.materialise;

import dev.millrace.Tuple2;
import dev.millrace.rdd.Partitioner;
import dev.millrace.streaming.BatchTime;
import java.util.List;

/** What a step held at the last commit, read from the checkpoint and given back to an engine. */
public sealed interface Restored {
    String step();

    /** Keys and values in their order; each goes to the partition that today's partitioner says. */
    record State(String step, Partitioner partitioner, Iterable<Tuple2<Object, Object>> entries) implements Restored {}

    /** The records of a pane by partition. */
    record Pane(String step, BatchTime time, List<List<Object>> partitions) implements Restored {}
}
