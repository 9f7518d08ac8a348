/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.graph.PaneNode;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import java.util.List;

/**
 * Finds out whether a checkpoint can be gone on with at another batch interval. State can; windows cannot, because what they keep was
 * cut at the old interval. Decision: docs/adr/0015-another-interval.md.
 */
final class IntervalPlanner {
    private final StreamGraph graph;
    private final CheckpointContents contents;
    private final PlanDraft plan;

    IntervalPlanner(StreamGraph graph, CheckpointContents contents, PlanDraft plan) {
        this.graph = graph;
        this.contents = contents;
        this.plan = plan;
    }

    void check() {
        long then = contents.interval();
        long now = graph.interval().toMillis();
        if (then == now) {
            return;
        }
        plan.note(
                "It was made with a batch each " + then + " ms; from this start on there is one each " + now + " ms.");
        List<PaneNode<?>> windows = graph.durable().stream()
                .<PaneNode<?>>mapMulti((node, each) -> {
                    if (node instanceof PaneNode<?> panes) {
                        each.accept(panes);
                    }
                })
                .toList();
        String back = "; bring the interval of " + then + " ms back";
        windows.stream()
                .map(StreamNode::keptName)
                .filter(contents.steps()::contains)
                .forEach(name -> plan.problem("the window " + name + " keeps batches of " + then
                        + " ms, and there is one each " + now + " ms now" + back + ", or begin it anew: write .named(\""
                        + name + "-2\"), and drop " + name));
        if (!windows.isEmpty() && !contents.plans().isEmpty()) {
            plan.problem(
                    "the batches " + contents.plans().keySet() + " of the old interval are under way, and the program"
                            + " has windows" + back + " for one start and a graceful stop, which finishes them");
        }
    }
}
