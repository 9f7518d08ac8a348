/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.Tuple2;
import dev.millrace.rdd.Partitioner;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pairs moved to the partition of their key, and combined there if asked. Within a partition keys (or, without
 * combine, pairs) stand in order of first arrival, the parent's partitions read in index order.
 */
public final class ShuffleNode<K, V, C> extends RddNode<Tuple2<K, C>> {
    private final RddNode<Tuple2<K, V>> parent;
    private final Partitioner target;
    private final @Nullable Combine<V, C> combine;

    public ShuffleNode(
            Operator operator, RddNode<Tuple2<K, V>> parent, Partitioner partitioner, @Nullable Combine<V, C> combine) {
        super(operator, partitioner.numPartitions(), partitioner, List.of(parent));
        this.parent = parent;
        this.target = partitioner;
        this.combine = combine;
    }

    public RddNode<Tuple2<K, V>> parent() {
        return parent;
    }

    public Partitioner target() {
        return target;
    }

    public @Nullable Combine<V, C> combine() {
        return combine;
    }

    @Override
    public <R> R accept(RddVisitor<Tuple2<K, C>, R> visitor) {
        return visitor.visitShuffle(this);
    }
}
