/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.rdd.Partitioner;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;

/**
 * Datasets of pairs that are laid out by the same partitioner, side by side: what stands in equal partitions is put together by key. It
 * moves nothing.
 */
public final class CoGroupNode<T> extends RddNode<T> {
    private final ByKey<T> function;

    /** Puts partitions together, in a task. */
    @FunctionalInterface
    public interface ByKey<T> extends Serializable {
        /**
         * @param partitions the pairs of each side, to be gone through once
         * @param space where it may hold them until it has given the last record
         * @return the records, which are closed with the task if they can be
         */
        Iterator<T> read(List<? extends Iterator<?>> partitions, MemorySpace space);
    }

    /** @param sides at least one; all are laid out by {@code partitioner} */
    public CoGroupNode(Operator operator, List<RddNode<?>> sides, Partitioner partitioner, ByKey<T> function) {
        super(operator, partitioner.numPartitions(), partitioner, List.copyOf(sides));
        this.function = function;
    }

    public ByKey<T> function() {
        return function;
    }

    @Override
    public <R> R accept(RddVisitor<T, R> visitor) {
        return visitor.visit(this);
    }
}
