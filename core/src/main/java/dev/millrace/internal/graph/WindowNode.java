/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.UnionNode;
import java.util.List;

/** The records of the last batches of a stream, from panes that the engine keeps; early windows are shorter. */
public final class WindowNode<T> extends WindowOfPanes<T, T> {
    private WindowNode(Operator operator, PaneNode<T> panes, WindowBounds bounds) {
        super(operator, panes, bounds);
        setRecordTypes(panes.recordTypes());
    }

    public static <T> WindowNode<T> of(Operator operator, StreamNode<T> parent, WindowBounds bounds) {
        return new WindowNode<>(operator, PaneNode.of(operator, parent, bounds.length()), bounds);
    }

    @Override
    protected RddNode<T> compute(BatchScope batch) {
        return new UnionNode<>(operator(), List.copyOf(panes().panes()));
    }
}
