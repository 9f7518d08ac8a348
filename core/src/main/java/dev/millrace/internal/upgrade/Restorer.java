/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.upgrade;

import dev.millrace.internal.graph.PaneNode;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.state.StateEntry;
import dev.millrace.internal.window.PanePart;

/**
 * Is given what steps of the program go on with, in the types of today, step by step. Entries are decoded while they are
 * gone through, which must be once and to the end.
 */
public interface Restorer {
    /** A rehearsal lets go of it. */
    Restorer NONE = new Restorer() {
        @Override
        public void state(StateNode<?, ?, ?> node, Iterable<StateEntry> entries, long about) {
            entries.forEach(entry -> {});
        }

        @Override
        public void panes(PaneNode<?> node, Iterable<PanePart> parts) {
            parts.forEach(part -> part.records().forEachRemaining(record -> {}));
        }
    };

    /** @param about how many entries there are about, to make room for */
    void state(StateNode<?, ?, ?> node, Iterable<StateEntry> entries, long about);

    /** @param parts the partitions of each pane in order, the oldest pane first */
    void panes(PaneNode<?> node, Iterable<PanePart> parts);
}
