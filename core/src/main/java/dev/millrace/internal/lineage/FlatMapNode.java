/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.function.Function;
import java.util.Iterator;
import java.util.List;

/** Each record replaced by none, one or many; keeps the layout of keys only where the function keeps the keys. */
public final class FlatMapNode<S, T> extends RddNode<T> {
    private final RddNode<S> parent;
    private final Function<? super S, ? extends Iterator<? extends T>> function;

    public FlatMapNode(
            Operator operator,
            RddNode<S> parent,
            Function<? super S, ? extends Iterator<? extends T>> function,
            boolean keepsKeys) {
        super(operator, parent.partitions(), keepsKeys ? parent.partitioner() : null, List.of(parent));
        this.parent = parent;
        this.function = function;
    }

    public RddNode<S> parent() {
        return parent;
    }

    public Function<? super S, ? extends Iterator<? extends T>> function() {
        return function;
    }

    @Override
    public <R> R accept(RddVisitor<T, R> visitor) {
        return visitor.visit(this);
    }
}
