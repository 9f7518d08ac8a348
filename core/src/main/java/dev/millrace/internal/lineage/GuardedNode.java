/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import java.util.List;

/** A function of each record alone; the records that it cannot take are put aside. */
public final class GuardedNode<S, T> extends RddNode<T> {
    private final RddNode<S> parent;
    private final RecordFunction<S, T> function;
    private final RecordGuard guard;

    public GuardedNode(RddNode<S> parent, RecordFunction<S, T> function, RecordGuard guard, boolean keepsKeys) {
        super(guard.operator(), parent.partitions(), keepsKeys ? parent.partitioner() : null, List.of(parent));
        this.parent = parent;
        this.function = function;
        this.guard = guard;
    }

    public RddNode<S> parent() {
        return parent;
    }

    public RecordFunction<S, T> function() {
        return function;
    }

    public RecordGuard guard() {
        return guard;
    }

    @Override
    public <R> R accept(RddVisitor<T, R> visitor) {
        return visitor.visit(this);
    }
}
