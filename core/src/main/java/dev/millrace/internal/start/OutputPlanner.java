/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamOutput;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.UpgradePlan.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Decides what becomes of staged outputs. One that the program has no more and that has something to do is refused, unless the
 * program says by name that this is to be left.
 */
final class OutputPlanner {
    private final CheckpointContents contents;
    private final Set<String> published;
    private final Set<String> drop;
    private final PlanDraft plan;

    /** @param published those that have published something */
    OutputPlanner(CheckpointContents contents, Set<String> published, Set<String> drop, PlanDraft plan) {
        this.contents = contents;
        this.published = published;
        this.drop = drop;
        this.plan = plan;
    }

    /** Notes all outputs of the program, then those that only the checkpoint knows. */
    void outputs(StreamGraph graph) {
        Set<String> present = new TreeSet<>();
        for (StreamOutput<?> output : graph.outputs()) {
            if (output.action() instanceof StreamOutput.ExactlyOnce<?>) {
                present.add(output.name());
                plan.item(
                        published.contains(output.name()) ? Outcome.KEPT : Outcome.NEW,
                        "output",
                        output.name(),
                        List.of());
            }
        }
        Map<String, List<BatchTime>> toPublish = new TreeMap<>();
        contents.unpublished().forEach((time, parts) -> note(time, parts.keySet(), present, toPublish));
        Map<String, List<BatchTime>> toTakeBack = new TreeMap<>();
        contents.toRetract().forEach((time, outputs) -> note(time, outputs, present, toTakeBack));
        Set<String> pending = new TreeSet<>(toPublish.keySet());
        pending.addAll(toTakeBack.keySet());
        for (String output : pending) {
            if (drop.contains(output)) {
                drop(output, toPublish.getOrDefault(output, List.of()), toTakeBack.getOrDefault(output, List.of()));
            } else {
                plan.item(Outcome.REFUSED, "output", output, List.of());
                toPublish.getOrDefault(output, List.of()).stream()
                        .findFirst()
                        .ifPresent(time -> refuse(
                                output,
                                "batch " + time + " is decided and staged for the output " + output,
                                "publish it"));
                toTakeBack.getOrDefault(output, List.of()).stream()
                        .findFirst()
                        .ifPresent(time -> refuse(
                                output,
                                "batch " + time + " was rolled back, and the output " + output + " had published it",
                                "take it back"));
            }
        }
        for (String output : published) {
            if (!present.contains(output) && !pending.contains(output)) {
                plan.item(Outcome.REMOVED, "output", output, List.of("what it has published stays"));
            }
        }
    }

    private static void note(
            BatchTime time, Collection<String> outputs, Set<String> present, Map<String, List<BatchTime>> gone) {
        for (String output : outputs) {
            if (!present.contains(output)) {
                gone.computeIfAbsent(output, name -> new ArrayList<>()).add(time);
            }
        }
    }

    private void drop(String output, List<BatchTime> toPublish, List<BatchTime> toTakeBack) {
        List<String> details = new ArrayList<>();
        if (!toPublish.isEmpty()) {
            details.add("what is staged of " + PlanDraft.count(toPublish.size(), "batch", "batches")
                    + " is never published, and stays where it is");
        }
        if (!toTakeBack.isEmpty()) {
            details.add("what it has published of "
                    + PlanDraft.count(toTakeBack.size(), "batch that was", "batches that were")
                    + " rolled back stays");
        }
        plan.item(Outcome.DROPPED, "output", output, details);
        plan.dropOutput(output, toTakeBack);
    }

    private void refuse(String output, String found, String work) {
        Set<String> names = new TreeSet<>(drop);
        names.add(output);
        plan.problem(
                found + ", which the program no longer has; bring it back for one start: .to(...).named(\"" + output
                        + "\"), or let nobody " + work + ": conf.set(\"" + Options.DROP_ORPHANS.key() + "\", \""
                        + String.join(",", names) + "\")");
    }
}
