/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import java.util.List;
import java.util.function.BiFunction;

/** A stream whose batches are derived from those of one other stream: map, filter, reduceByKey and their like. */
public final class DerivedNode<S, T> extends StreamNode<T> {
    private final StreamNode<S> parent;
    private final BiFunction<Operator, RddNode<S>, RddNode<T>> derive;

    public DerivedNode(Operator operator, StreamNode<S> parent, BiFunction<Operator, RddNode<S>, RddNode<T>> derive) {
        super(operator, List.of(parent), parent.slide());
        this.parent = parent;
        this.derive = derive;
    }

    @Override
    protected RddNode<T> compute(BatchScope batch) {
        return derive.apply(operator(), batch.lineage(parent));
    }
}
