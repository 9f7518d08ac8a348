/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.upgrade;

import dev.millrace.Tuple2;
import dev.millrace.error.CheckpointException;
import dev.millrace.error.CodecException;
import dev.millrace.internal.checkpoint.Recovered;
import dev.millrace.internal.codec.SchemaChange;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.graph.PaneNode;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.materialise.Restored;
import dev.millrace.streaming.UpgradePlan.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
        List<Restored.Entry> entries = read("state", node, type);
        if (entries != null) {
            List<String> details = details(PlanBuilder.count(entries.size(), "key", "keys"), node, type);
            taken("state", node, details);
            if (!plan.hasProblems()) {
                restorer.state(node, entries);
            }
        }
    }

    void panes(PaneNode<?> node) {
        List<Restored.Entry> entries = read("window", node, Object.class);
        if (entries == null) {
            return;
        }
        String unfit = unfit(node, entries);
        if (unfit != null) {
            refused("window", node, List.of(unfit));
            return;
        }
        long records =
                entries.stream().mapToLong(entry -> valueOf(entry).size()).sum();
        long batches =
                entries.stream().map(entry -> keyOf(entry).get(0)).distinct().count();
        String stored = PlanBuilder.count(records, "record", "records") + " of "
                + PlanBuilder.count(batches, "batch", "batches");
        taken("window", node, details(stored, node, Object.class));
        if (!plan.hasProblems()) {
            restorer.panes(node, entries);
        }
    }

    /** What a step of the program goes on with; null, with the item noted, if that is nothing. */
    private @Nullable List<Restored.Entry> read(String kind, StreamNode<?> node, Class<?> type) {
        String name = node.keptName();
        if (!known.contains(name)) {
            plan.item(Outcome.NEW, kind, name, List.of());
            return null;
        }
        List<String> refusals = new ArrayList<>();
        for (SchemaChange change : changes(name)) {
            if (change.outcome() == SchemaChange.Outcome.REFUSED) {
                refusals.add("the " + kind + " " + name + ": stored values of type " + change.type()
                        + " cannot be read: " + String.join("; and ", change.details()));
            }
        }
        if (refusals.isEmpty()) {
            try {
                return recovered.step(name, codec, type);
            } catch (CheckpointException e) {
                refusals.add(e.getMessage());
            } catch (CodecException e) {
                refusals.add("the " + kind + " " + name + ": " + e.getMessage());
            }
        }
        refused(kind, node, refusals);
        return null;
    }

    private void refused(String kind, StreamNode<?> node, List<String> refusals) {
        plan.item(Outcome.REFUSED, kind, node.keptName(), List.of());
        refusals.forEach(plan::problem);
    }

    private void taken(String kind, StreamNode<?> node, List<String> details) {
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

    private static @Nullable String unfit(PaneNode<?> node, List<Restored.Entry> entries) {
        String name = node.keptName();
        for (Restored.Entry entry : entries) {
            if (!(entry.key() instanceof List<?> key)
                    || key.size() != 2
                    || !(key.get(0) instanceof Long)
                    || !(key.get(1) instanceof Integer)
                    || !(entry.value() instanceof List<?> records)) {
                return "the window " + name + " was a state in this checkpoint; write .named(\"" + name
                        + "-2\") or another new name";
            }
            if (node.isKeyed() && !records.stream().allMatch(Tuple2.class::isInstance)) {
                return "the window " + name + " was one of records in this checkpoint, and is one of keys now; write"
                        + " .named(\"" + name + "-2\") or another new name";
            }
        }
        return null;
    }

    private static List<?> keyOf(Restored.Entry entry) {
        return entry.key() instanceof List<?> key ? key : List.of();
    }

    private static List<?> valueOf(Restored.Entry entry) {
        return entry.value() instanceof List<?> records ? records : List.of();
    }
}
