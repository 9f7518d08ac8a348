/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.function.Function;
import java.util.List;

/** The records for which a predicate holds, where they were and in their order. */
public final class FilterNode<T> extends RddNode<T> {
    private final RddNode<T> parent;
    private final Function<? super T, Boolean> predicate;

    public FilterNode(Operator operator, RddNode<T> parent, Function<? super T, Boolean> predicate) {
        super(operator, parent.partitions(), parent.partitioner(), List.of(parent));
        this.parent = parent;
        this.predicate = predicate;
    }

    public RddNode<T> parent() {
        return parent;
    }

    public Function<? super T, Boolean> predicate() {
        return predicate;
    }

    @Override
    public <R> R accept(RddVisitor<T, R> visitor) {
        return visitor.visit(this);
    }
}
