/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.checkpoint.StepSummary;
import dev.millrace.internal.conf.Options;
import dev.millrace.streaming.UpgradePlan.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Decides what becomes of stored data that the program has no place for: it is dropped if the program says so by name. */
final class OrphanPlanner {
    private final CheckpointContents contents;
    private final Map<String, Long> logged;
    private final Set<String> drop;
    private final PlanDraft plan;

    OrphanPlanner(CheckpointContents contents, Map<String, Long> logged, Set<String> drop, PlanDraft plan) {
        this.contents = contents;
        this.logged = logged;
        this.drop = drop;
        this.plan = plan;
    }

    /**
     * Notes all orphans.
     *
     * @param present what the program keeps, by name, with what it is
     */
    void orphans(Map<String, String> present) {
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
        inputs.forEach(name -> input(name, line));
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

    private void input(String name, String line) {
        long next = logged.getOrDefault(name, -1L);
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
