/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.error.CheckpointException;
import dev.millrace.error.CodecException;
import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.checkpoint.StepRewrite;
import dev.millrace.internal.checkpoint.StoredStep;
import dev.millrace.internal.codec.SchemaChange;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.graph.PaneNode;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.streaming.UpgradePlan.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides what becomes of states and windows. Where types have changed it reads all that is stored, to know what is written
 * anew; else it reads nothing, and that is read once, when it is loaded.
 */
final class StepPlanner {
    private final CheckpointContents contents;
    private final ValueCodec codec;
    private final PlanDraft plan;

    StepPlanner(CheckpointContents contents, ValueCodec codec, PlanDraft plan) {
        this.contents = contents;
        this.codec = codec;
        this.plan = plan;
    }

    void state(StateNode<?, ?, ?> node) {
        Class<?> type = node.type() == null ? Object.class : node.type().type();
        step("state", node, type, (stored, changes) -> new StateToLoad(node, stored, codec, type, changes));
    }

    void panes(PaneNode<?> node) {
        step("window", node, Object.class, (stored, changes) -> new PanesToLoad(node, stored, codec, changes));
    }

    private interface Loading {
        StepToLoad of(StoredStep stored, List<String> changes);
    }

    private void step(String kind, StreamNode<?> node, Class<?> type, Loading loading) {
        String name = node.keptName();
        StoredStep stored = contents.step(name);
        if (stored == null) {
            plan.item(Outcome.NEW, kind, name, List.of());
            return;
        }
        List<SchemaChange> types = stored.isOfOtherTypes(codec) ? stored.typeChanges(codec) : List.of();
        List<String> refusals = refusals(kind, name, types);
        if (!refusals.isEmpty()) {
            refused(kind, name, refusals);
            return;
        }
        try {
            stored.check(codec);
            StepRewrite rewrite = StepRewrite.of(stored, codec, type);
            plan.load(loading.of(stored, changes(types, rewrite != null, type)));
            if (rewrite != null) {
                plan.rewrite(rewrite);
            }
        } catch (CodecException | CheckpointException e) {
            refused(kind, name, List.of(StepToLoad.refusal(kind, name, e)));
        }
    }

    private static List<String> refusals(String kind, String name, List<SchemaChange> types) {
        return types.stream()
                .filter(change -> change.outcome() == SchemaChange.Outcome.REFUSED)
                .map(change -> "the " + kind + " " + name + ": stored values of type " + change.type()
                        + " cannot be read: " + String.join("; and ", change.details()))
                .toList();
    }

    private static List<String> changes(List<SchemaChange> types, boolean rewritten, Class<?> type) {
        List<String> changes = new ArrayList<>();
        for (SchemaChange change : types) {
            if (change.outcome() == SchemaChange.Outcome.MIGRATED) {
                changes.add(change.type() + ": " + String.join(", ", change.details()));
            }
        }
        if (changes.isEmpty() && rewritten) {
            changes.add("values are now " + type.getSimpleName());
        }
        return changes;
    }

    private void refused(String kind, String name, List<String> refusals) {
        plan.item(Outcome.REFUSED, kind, name, List.of());
        refusals.forEach(plan::problem);
    }
}
