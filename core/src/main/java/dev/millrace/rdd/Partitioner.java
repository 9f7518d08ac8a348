/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.internal.joins.Joins;
import dev.millrace.internal.lineage.RddNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Says which partition a key belongs to. Two equal partitioners put every key in the same place, so data that is
 * already laid out by an equal one is not moved again; subclasses define {@code equals} and {@code hashCode} so.
 */
public abstract class Partitioner implements Serializable {
    /**
     * The partitioner of an operation that is given none: of the datasets that are laid out by one, that with the most partitions; if
     * there is none, by hash into the default number of partitions.
     */
    public static Partitioner defaultPartitioner(RDD<?> rdd, RDD<?>... others) {
        List<RddNode<?>> sides = new ArrayList<>(List.of(rdd.node()));
        for (RDD<?> other : others) {
            sides.add(other.node());
        }
        return Joins.partitioner(rdd.context().defaultParallelism(), sides);
    }

    /** The number of partitions, at least 1; always the same for one partitioner. */
    public abstract int numPartitions();

    /** The partition of {@code key}, from 0 to {@code numPartitions() - 1}; the same in every run. */
    public abstract int getPartition(Object key);
}
