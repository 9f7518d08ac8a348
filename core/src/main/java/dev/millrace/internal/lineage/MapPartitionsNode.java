/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.function.Function;
import java.util.Iterator;
import java.util.List;

/** Each partition replaced by a function of its records. */
public final class MapPartitionsNode<S, T> extends RddNode<T> {
    private final RddNode<S> parent;
    private final PartitionFunction<S, T> function;

    private MapPartitionsNode(
            Operator operator, RddNode<S> parent, boolean keepsKeys, PartitionFunction<S, T> function) {
        super(operator, parent.partitions(), keepsKeys ? parent.partitioner() : null, List.of(parent));
        this.parent = parent;
        this.function = function;
    }

    public MapPartitionsNode(
            Operator operator,
            RddNode<S> parent,
            Function<? super Iterator<S>, ? extends Iterator<? extends T>> function,
            boolean keepsKeys) {
        this(operator, parent, keepsKeys, (partition, records) -> function.call(records));
    }

    /** One whose function is told the number of the partition. */
    public static <S, T> MapPartitionsNode<S, T> indexed(
            Operator operator, RddNode<S> parent, PartitionFunction<S, T> function, boolean keepsKeys) {
        return new MapPartitionsNode<>(operator, parent, keepsKeys, function);
    }

    public RddNode<S> parent() {
        return parent;
    }

    public PartitionFunction<S, T> function() {
        return function;
    }

    @Override
    public <R> R accept(RddVisitor<T, R> visitor) {
        return visitor.visit(this);
    }
}
