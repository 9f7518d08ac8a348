/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.checkpoint.StepSummary;
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
 * Decides what becomes of outputs, inputs, states and windows that only the checkpoint knows: what is kept of them is dropped if the
 * program says so by name, and else the start is refused.
 */
final class OrphanPlanner {
    private final CheckpointContents contents;
    private final Set<String> drop;
    private final PlanDraft plan;

    OrphanPlanner(CheckpointContents contents, Set<String> drop, PlanDraft plan) {
        this.contents = contents;
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
                        contents.published().contains(output.name()) ? Outcome.KEPT : Outcome.NEW,
                        "output",
                        output.name(),
                        List.of());
            }
        }
        Map<String, List<BatchTime>> toPublish = new TreeMap<>();
        contents.unpublished().forEach((time, parts) -> note(time, parts.keySet(), present, toPublish));
        Map<String, List<BatchTime>> rolledBack = new TreeMap<>();
        contents.toRetract().forEach((time, outputs) -> note(time, outputs, present, rolledBack));
        Set<String> pending = new TreeSet<>(toPublish.keySet());
        pending.addAll(rolledBack.keySet());
        for (String output : pending) {
            if (drop.contains(output)) {
                drop(output, toPublish.getOrDefault(output, List.of()), rolledBack.getOrDefault(output, List.of()));
            } else {
                plan.item(Outcome.REFUSED, "output", output, List.of());
                toPublish.getOrDefault(output, List.of()).stream()
                        .findFirst()
                        .ifPresent(time -> refuse(
                                output,
                                "batch " + time + " is decided and staged for the output " + output,
                                "publish it"));
                rolledBack.getOrDefault(output, List.of()).stream()
                        .findFirst()
                        .ifPresent(time -> refuse(
                                output,
                                "batch " + time + " was rolled back, and the output " + output + " had published it",
                                "take it back"));
            }
        }
        for (String output : contents.published()) {
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

    private void drop(String output, List<BatchTime> toPublish, List<BatchTime> rolledBack) {
        List<String> details = new ArrayList<>();
        if (!toPublish.isEmpty()) {
            details.add("what is staged of " + PlanDraft.count(toPublish.size(), "batch", "batches")
                    + " is never published, and stays where it is");
        }
        if (!rolledBack.isEmpty()) {
            details.add("what it has published of "
                    + PlanDraft.count(rolledBack.size(), "batch that was", "batches that were")
                    + " rolled back stays");
        }
        plan.item(Outcome.DROPPED, "output", output, details);
        plan.dropOutput(output, rolledBack);
    }

    private void refuse(String output, String found, String work) {
        Set<String> names = new TreeSet<>(drop);
        names.add(output);
        plan.problem(
                found + ", which the program no longer has; bring it back for one start: .to(...).named(\"" + output
                        + "\"), or let nobody " + work + ": conf.set(\"" + Options.DROP_ORPHANS.key() + "\", \""
                        + String.join(",", names) + "\")");
    }

    /**
     * Notes the inputs, states and windows that the program does not have, after its outputs.
     *
     * @param present what the program keeps, by name, with what it is
     * @param logged for each stream of which the log of received data has something, the number of its next block
     */
    void steps(Map<String, String> present, Map<String, Long> logged) {
        Map<String, Long> dropped = contents.dropped();
        Set<String> steps = new TreeSet<>(contents.steps());
        Set<String> inputs = new TreeSet<>(contents.inputs());
        logged.forEach((stream, next) -> {
            if (next > dropped.getOrDefault(stream, -1L)) {
                inputs.add(stream);
            }
        });
        steps.removeAll(present.keySet());
        inputs.removeAll(present.keySet());
        Set<String> toDrop = new TreeSet<>(drop);
        toDrop.addAll(steps);
        toDrop.addAll(inputs);
        toDrop.removeAll(present.keySet());
        String line = "conf.set(\"" + Options.DROP_ORPHANS.key() + "\", \"" + String.join(",", toDrop) + "\")";
        inputs.forEach(name -> input(name, logged.getOrDefault(name, -1L), line));
        steps.forEach(name -> step(name, line));
        for (String name : drop) {
            if (present.containsKey(name)) {
                plan.problem(Options.DROP_ORPHANS.key() + " names " + name + ", which is " + present.get(name)
                        + " of the program and no orphan; take the name out, or give the operator another one");
            } else if (!steps.contains(name)
                    && !inputs.contains(name)
                    && !dropped.containsKey(name)
                    && !plan.dropsOutput(name)) { // it may have ended before anything was kept
                plan.note(Options.DROP_ORPHANS.key() + " names " + name
                        + ", of which nothing is kept that could be dropped.");
            }
        }
    }

    private void input(String name, long next, String line) {
        String position = Positions.inWords(contents.position(name));
        String stored = next < 0 ? position : position + ", and the log has blocks up to " + (next - 1);
        orphan("input", name, stored, ".named(\"" + name + "\")", line);
        if (drop.contains(name)) {
            plan.dropInput(name, next);
        }
    }

    private void step(String name, String line) {
        StepSummary summary = contents.summary(name);
        boolean isState = summary.panes().isEmpty();
        String stored = isState
                ? PlanDraft.count(summary.entries(), "key", "keys")
                : PlanDraft.count(summary.entries(), "record", "records") + " of "
                        + PlanDraft.count(summary.panes().size(), "batch", "batches");
        String former = isState ? "StateType.of(\"" + name + "\", ...)" : ".named(\"" + name + "\")";
        orphan(isState ? "state" : "window", name, stored, former, line);
        if (drop.contains(name)) {
            plan.dropStep(name);
        }
    }

    private void orphan(String kind, String name, String stored, String former, String line) {
        boolean dropped = drop.contains(name);
        plan.item(dropped ? Outcome.DROPPED : Outcome.ORPHANED, kind, name, List.of(stored));
        if (!dropped) {
            plan.problem("the checkpoint has the " + kind + " " + name + " (" + stored
                    + "), and no operator of the program has this name; write " + former
                    + " on the operator that it belongs to, or drop it: " + line);
        }
    }
}
