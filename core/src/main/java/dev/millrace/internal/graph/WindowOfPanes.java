/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.lineage.Operator;
import java.util.List;

/**
 * A window over the last batches of a stream, made of the panes that its {@link PaneNode} keeps: one pane for each of these batches.
 *
 * @param <P> the records of a pane
 */
public abstract class WindowOfPanes<P, T> extends StreamNode<T> {
    private final PaneNode<P> panes;
    private final WindowBounds bounds;

    WindowOfPanes(Operator operator, PaneNode<P> panes, WindowBounds bounds) {
        super(operator, List.of(panes), bounds.slide());
        this.panes = panes;
        this.bounds = bounds;
    }

    /** Goes into the graph before this one. */
    public final PaneNode<P> panes() {
        return panes;
    }

    final WindowBounds bounds() {
        return bounds;
    }

    /** The panes are what is kept, so the name that the program gives is theirs too. */
    @Override
    public final void setName(String explicit) {
        super.setName(explicit);
        panes.setName(explicit);
    }

    @Override
    public final List<String> problems() {
        return bounds.problems(operator());
    }
}
