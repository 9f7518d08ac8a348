/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.state.StateStep;
import dev.millrace.streaming.ErrorPolicy;
import java.util.List;

/** The values that the program of a keyed state has returned in each batch. */
public final class MappedNode<M> extends StreamNode<M> {
    private final StateNode<?, ?, ?> state;

    public MappedNode(StateNode<?, ?, ?> state) {
        super(state.operator(), List.of(state), state.slide());
        this.state = state;
    }

    /** The function is the state's. */
    @Override
    public void setErrorPolicy(ErrorPolicy policy) {
        state.setErrorPolicy(policy);
    }

    @Override
    protected RddNode<M> compute(BatchScope batch) {
        return StateStep.mapped(
                operator(), state.keptName(), batch.time(), batch.lineage(state).partitions());
    }
}
