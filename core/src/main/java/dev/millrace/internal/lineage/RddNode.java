/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.rdd.Partitioner;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One dataset of a lineage: how many partitions it has, how keys are laid out over them, and which nodes it comes
 * from. Nodes have identity equality (structural equality would be exponential on shared lineages) and an id; they are
 * immutable and safe to share between threads.
 *
 * @param <T> the type of the records
 */
public abstract sealed class RddNode<T>
        permits ParallelizedNode,
                BlocksNode,
                SourceNode,
                MapNode,
                FilterNode,
                FlatMapNode,
                GuardedNode,
                MapPartitionsNode,
                UnionNode,
                CoalesceNode,
                SideBySideNode,
                CartesianNode,
                ShuffleNode,
                MaterializedNode,
                PersistedNode {
    private static final AtomicLong NEXT_ID = new AtomicLong();

    private final long id = NEXT_ID.getAndIncrement();
    private final Operator operator;
    private final int partitions;
    private final @Nullable Partitioner partitioner;
    private final List<RddNode<?>> parents;

    RddNode(Operator operator, int partitions, @Nullable Partitioner partitioner, List<RddNode<?>> parents) {
        this.operator = operator;
        this.partitions = partitions;
        this.partitioner = partitioner;
        this.parents = parents;
    }

    public final long id() {
        return id;
    }

    public final Operator operator() {
        return operator;
    }

    public final int partitions() {
        return partitions;
    }

    /** The partitioner by which the keys of the pairs are laid out, where that is known. */
    public final @Nullable Partitioner partitioner() {
        return partitioner;
    }

    /** The datasets of which it is made. */
    public final List<RddNode<?>> parents() {
        return parents;
    }

    public abstract <R> R accept(RddVisitor<T, R> visitor);

    @Override
    public final String toString() {
        return operator.name() + "#" + id;
    }
}
