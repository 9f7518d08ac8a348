/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.UnionNode;
import java.util.List;

/** The records of the last batches of a stream, from panes that the engine keeps; early windows are shorter. */
public final class WindowNode<T> extends StreamNode<T> {
    private final PaneNode<T> panes;
    private final WindowBounds bounds;

    private WindowNode(Operator operator, PaneNode<T> panes, WindowBounds bounds) {
        super(operator, List.of(panes), bounds.slide());
        setRecordTypes(panes.recordTypes());
        this.panes = panes;
        this.bounds = bounds;
    }

    public static <T> WindowNode<T> of(Operator operator, StreamNode<T> parent, WindowBounds bounds) {
        return new WindowNode<>(operator, PaneNode.of(operator, parent, bounds.length()), bounds);
    }

    /** Goes into the graph before this one. */
    public PaneNode<T> panes() {
        return panes;
    }

    /** The panes are what is kept, so the name that the program gives is theirs too. */
    @Override
    public void setName(String explicit) {
        super.setName(explicit);
        panes.setName(explicit);
    }

    @Override
    protected RddNode<T> compute(BatchScope batch) {
        return new UnionNode<>(operator(), List.copyOf(panes.panes()));
    }

    @Override
    public List<String> problems() {
        return bounds.problems(operator());
    }
}
