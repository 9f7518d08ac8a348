/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import java.util.List;
import java.util.function.Function;

/** A stream whose batches are derived from those of several others of one slide: joins and cogroups. */
public final class CombinedNode<T> extends StreamNode<T> {
    private final Function<List<RddNode<?>>, RddNode<T>> combine;

    /** @param combine what is made of the lineages of the parents, in their order */
    public CombinedNode(
            Operator operator, List<StreamNode<?>> parents, Function<List<RddNode<?>>, RddNode<T>> combine) {
        super(operator, parents, parents.get(0).slide());
        this.combine = combine;
    }

    @Override
    protected RddNode<T> compute(BatchScope batch) {
        return combine.apply(parents().stream().<RddNode<?>>map(batch::lineage).toList());
    }

    @Override
    public List<String> problems() {
        return OneSlide.problems(operator(), parents());
    }
}
