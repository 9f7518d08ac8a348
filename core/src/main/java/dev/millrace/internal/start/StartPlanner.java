/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.PaneNode;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.UpgradePlan.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares a checkpoint with a program, and finds all that stands in the way of a start, not the first only. It only reads: a
 * start carries its plan out, and a rehearsal prints it.
 */
final class StartPlanner {
    private final StreamGraph graph;
    private final Settings settings;
    private final ValueCodec codec;
    private final Found found;
    private final PlanDraft plan = new PlanDraft();
    private final PublishedPlanner published;

    StartPlanner(StartingProgram program, Found found) {
        graph = program.graph();
        settings = program.settings();
        codec = program.codec();
        this.found = found;
        published = new PublishedPlanner(
                found.contents(), found.checkpointId(), graph.interval().toMillis(), settings, plan);
    }

    /** Makes the plan; may be called once. */
    StartPlan plan() {
        CheckpointContents contents = found.contents();
        if (contents.isNew()) {
            plan.note("No program has used it yet.");
        } else if (belongs(contents)) {
            compare(contents);
        }
        graph.outputs().forEach(published::check);
        found.quarantineProblem().ifPresent(plan::problem);
        return plan.plan(found.directory(), contents, published.toTakeBack(), published.others());
    }

    /** Makes a plan of what outputs have published alone; may be called once, and not after {@link #plan()}. */
    StartPlan planPublished() {
        graph.outputs().forEach(published::check);
        return plan.plan(found.directory(), found.contents(), published.toTakeBack(), published.others());
    }

    /**
     * Makes the plan of a run that repeats one batch and keeps nothing: all must be as it was then, but what the program
     * has no place for may be left out.
     */
    StartPlan planReplay() {
        CheckpointContents contents = found.contents();
        if (belongs(contents)) {
            if (contents.interval() != graph.interval().toMillis()) {
                plan.problem("there was a batch each " + contents.interval() + " ms, and there is one each "
                        + graph.interval().toMillis() + " ms now; bring the old interval back");
            }
            inputsAndSteps(contents);
        }
        return plan.plan(found.directory(), contents, List.of(), List.of());
    }

    /** With derived names nothing can be matched unless the shape is the same. */
    private boolean belongs(CheckpointContents contents) {
        boolean derived = contents.derivedNames() || settings.get(Options.NAMES).equals("derived");
        if (derived && !contents.shape().equals(graph.shape())) {
            plan.problem("it was made with derived names by a program of another shape, so its state cannot be matched;"
                    + " give every operator a name and start with a new directory, or bring the old shape back:\n      then "
                    + contents.shape() + "\n      now  " + graph.shape());
            return false;
        }
        return true;
    }

    private void compare(CheckpointContents contents) {
        BatchTime last = contents.lastDecided();
        plan.note((last == null ? "No batch is decided yet" : "The last decided batch is " + last)
                + (contents.plans().isEmpty()
                        ? ""
                        : "; to run again: " + several(contents.plans().keySet()))
                + (contents.toPublish().isEmpty()
                        ? ""
                        : "; to publish: " + several(contents.toPublish().keySet()))
                + ".");
        new IntervalPlanner(graph, contents, plan).check();
        Map<String, String> present = inputsAndSteps(contents);
        log();
        new OutputPlanner(contents, found.published(), settings.get(Options.DROP_ORPHANS), plan).outputs(graph);
        new OrphanPlanner(contents, found.logged(), settings.get(Options.DROP_ORPHANS), plan).orphans(present);
    }

    /** After a roll back they may be many. */
    private static String several(Set<BatchTime> batches) {
        List<BatchTime> ordered = batches.stream().sorted().toList();
        BatchTime last = ordered.get(ordered.size() - 1);
        return ordered.size() == 1
                ? last.toString()
                : ordered.get(0) + " to " + last + " (" + ordered.size() + " batches)";
    }

    /** Returns what the program keeps, by name, with what it is. */
    private Map<String, String> inputsAndSteps(CheckpointContents contents) {
        Map<String, String> present = new LinkedHashMap<>();
        StepPlanner steps = new StepPlanner(contents, codec, plan);
        graph.inputs().forEach(this::input);
        for (StreamNode<?> node : graph.durable()) {
            if (node instanceof StateNode<?, ?, ?> state) {
                steps.state(state);
                present.put(node.keptName(), "a state");
            } else if (node instanceof PaneNode<?> panes) {
                steps.panes(panes);
                present.put(node.keptName(), "a window");
            } else {
                present.put(node.keptName(), "an input");
            }
        }
        return present;
    }

    private void input(InputNode<?> input) {
        Map<Object, Object> position = found.contents().position(input.name());
        boolean known = position != null || found.logged().containsKey(input.name());
        String words = Positions.inWords(position);
        if (position != null && !input.takesOver(position)) {
            plan.item(Outcome.REFUSED, "input", input.name(), List.of(words));
            plan.problem("the input " + input.name() + " was of another kind in this checkpoint (" + words + "); write"
                    + " .named(\"" + input.name() + "-2\") or another new name, or bring the old input back");
        } else {
            plan.item(known ? Outcome.KEPT : Outcome.NEW, "input", input.name(), known ? List.of(words) : List.of());
        }
    }

    private void log() {
        if (found.hasLog() && !settings.get(Options.WAL_ENABLE)) {
            plan.problem("it has a write-ahead log of received data, and " + Options.WAL_ENABLE.key()
                    + " is false; set it to true, or delete the directory wal there and with it what no batch has"
                    + " processed");
        }
    }
}
