/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import java.util.List;

/** Neighbouring partitions put together, so that there are fewer; order is kept and nothing is moved by key. */
public final class CoalesceNode<T> extends RddNode<T> {
    private final RddNode<T> parent;

    public CoalesceNode(Operator operator, RddNode<T> parent, int partitions) {
        super(operator, Math.min(partitions, parent.partitions()), null, List.of(parent));
        this.parent = parent;
    }

    public RddNode<T> parent() {
        return parent;
    }

    /** The first parent partition of {@code partition}; those up to the next one's first belong to it. */
    public int firstOf(int partition) {
        return (int) ((long) partition * parent.partitions() / partitions());
    }

    @Override
    public <R> R accept(RddVisitor<T, R> visitor) {
        return visitor.visit(this);
    }
}
