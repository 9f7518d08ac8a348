/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.lineage.GuardedNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.RecordGuard;
import java.util.List;

/** A stream made by a function of each record: map, filter, flatMap and their like. Without a policy that costs nothing. */
public final class RecordNode<S, T> extends StreamNode<T> {
    private final StreamNode<S> parent;
    private final RecordOperator<S, T> operation;

    public RecordNode(Operator operator, StreamNode<S> parent, RecordOperator<S, T> operation) {
        super(operator, List.of(parent), parent.slide());
        this.parent = parent;
        this.operation = operation;
    }

    @Override
    public boolean isPerRecord() {
        return true;
    }

    @Override
    protected RddNode<T> compute(BatchScope batch) {
        RecordGuard guard = guard();
        return guard == null
                ? operation.plain().apply(operator(), batch.lineage(parent))
                : new GuardedNode<>(batch.lineage(parent), operation.alone(), guard, operation.keepsKeys());
    }
}
