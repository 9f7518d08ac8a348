/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.upgrade;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.checkpoint.Recovered;
import dev.millrace.internal.codec.SchemaChange;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.graph.PaneNode;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.streaming.UpgradePlan.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Decides what becomes of states and windows: their stored values are read as the program of today will have them. */
final class StepPlanner {
    private final Recovered recovered;
    private final ValueCodec codec;
    private final Restorer restorer;
    private final PlanBuilder plan;
    private final Set<String> known;

    StepPlanner(Recovered recovered, ValueCodec codec, Restorer restorer, PlanBuilder plan) {
        this.recovered = recovered;
        this.codec = codec;
        this.restorer = restorer;
        this.plan = plan;
        known = new HashSet<>(recovered.steps());
    }

    void state(StateNode<?, ?, ?> node) {
        Class<?> type = node.type() == null ? Object.class : node.type().type();
        if (isReadable("state", node)) {
            Refusal refusal = new Refusal();
            StepEntries entries = new StepEntries(() -> recovered.entries(node.keptName(), codec, type), refusal);
            if (isTaken(
                    "state", node, refusal, () -> restorer().state(node, entries, recovered.about(node.keptName())))) {
                noteTaken("state", node, details(PlanBuilder.count(entries.count(), "key", "keys"), node, type));
            }
        }
    }

    void panes(PaneNode<?> node) {
        if (isReadable("window", node)) {
            Refusal refusal = new Refusal();
            PaneParts parts = new PaneParts(node, () -> recovered.parts(node.keptName(), codec), refusal);
            if (isTaken("window", node, refusal, () -> restorer().panes(node, parts))) {
                String stored = PlanBuilder.count(parts.records(), "record", "records") + " of "
                        + PlanBuilder.count(parts.panes(), "batch", "batches");
                noteTaken("window", node, details(stored, node, Object.class));
            }
        }
    }

    /** What is not started anyway is not restored either, but read, to find all that is wrong. */
    private Restorer restorer() {
        return plan.hasProblems() ? Restorer.NONE : restorer;
    }

    /** Whether the checkpoint knows the step, and its types can be read; if not, the item is noted. */
    private boolean isReadable(String kind, StreamNode<?> node) {
        String name = node.keptName();
        if (!known.contains(name)) {
            plan.item(Outcome.NEW, kind, name, List.of());
            return false;
        }
        List<String> refusals = new ArrayList<>();
        for (SchemaChange change : changes(name)) {
            if (change.outcome() == SchemaChange.Outcome.REFUSED) {
                refusals.add("the " + kind + " " + name + ": stored values of type " + change.type()
                        + " cannot be read: " + String.join("; and ", change.details()));
            }
        }
        if (!refusals.isEmpty()) {
            refused(kind, node, refusals);
        }
        return refusals.isEmpty();
    }

    /** Whether all values could be read while the step was taken over; if not, the item is noted. */
    private boolean isTaken(String kind, StreamNode<?> node, Refusal noted, Runnable takeOver) {
        try {
            takeOver.run();
            return true;
        } catch (RuntimeException e) {
            RuntimeException refusal = noted.reason();
            if (refusal == null) {
                throw e; // it is not the values that are wrong
            }
            String message = String.valueOf(refusal.getMessage());
            refused(
                    kind,
                    node,
                    List.of(
                            refusal instanceof CheckpointException
                                    ? message
                                    : "the " + kind + " " + node.keptName() + ": " + message));
            return false;
        }
    }

    private void refused(String kind, StreamNode<?> node, List<String> refusals) {
        plan.item(Outcome.REFUSED, kind, node.keptName(), List.of());
        refusals.forEach(plan::problem);
    }

    private void noteTaken(String kind, StreamNode<?> node, List<String> details) {
        plan.item(details.size() > 1 ? Outcome.MIGRATED : Outcome.KEPT, kind, node.keptName(), details);
    }

    private List<String> details(String stored, StreamNode<?> node, Class<?> type) {
        List<String> details = new ArrayList<>(List.of(stored));
        for (SchemaChange change : changes(node.keptName())) {
            if (change.outcome() == SchemaChange.Outcome.MIGRATED) {
                details.add(change.type() + ": " + String.join(", ", change.details()));
            }
        }
        if (details.size() == 1 && recovered.isRewritten(node.keptName())) {
            details.add("values are now " + type.getSimpleName());
        }
        return details;
    }

    private List<SchemaChange> changes(String name) {
        return recovered.isOfOtherTypes(name, codec) ? recovered.typeChanges(name, codec) : List.of();
    }
}
