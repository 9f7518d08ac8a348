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
import dev.millrace.internal.quarantine.QuarantineOwner;
import dev.millrace.internal.receive.WriteAheadLog;
import dev.millrace.internal.runtime.StartCalls;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.UpgradePlan.Outcome;
import java.io.IOException;
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
    private final StartCalls calls;
    private final String directory;
    private final CheckpointContents contents;
    private final PlanDraft plan = new PlanDraft();

    /**
     * @param directory the checkpoint, as the user names it
     * @param contents what it holds
     */
    StartPlanner(StartingProgram program, String directory, CheckpointContents contents) {
        graph = program.graph();
        settings = program.settings();
        codec = program.codec();
        calls = program.calls();
        this.directory = directory;
        this.contents = contents;
    }

    /**
     * Makes the plan; may be called once.
     *
     * @param store where the checkpoint is
     * @param logged for each stream of which the log of received data has something, the number of its next block
     */
    StartPlan plan(FileStore store, Map<String, Long> logged) throws IOException {
        if (contents.isNew()) {
            plan.note("No program has used it yet.");
        } else if (belongs()) {
            compare(WriteAheadLog.isIn(store), logged);
        }
        PublishedPlanner published = published();
        graph.outputs().forEach(output -> published.checkRows(output, store));
        QuarantineOwner.problem(settings, contents.id()).ifPresent(plan::problem);
        return plan.plan(directory, contents, published.publishedSince(), published.others());
    }

    /** Makes a plan of what outputs have published alone; may be called once, and not after {@link #plan}. */
    StartPlan planPublished() {
        PublishedPlanner published = published();
        return plan.plan(directory, contents, published.publishedSince(), published.others());
    }

    private PublishedPlanner published() {
        PublishedPlanner published =
                new PublishedPlanner(contents, graph.interval().toMillis(), settings, plan, calls);
        graph.outputs().forEach(published::check);
        return published;
    }

    /**
     * Makes the plan of a run that repeats one batch and keeps nothing: all must be as it was then, but what the program
     * has no place for may be left out.
     */
    StartPlan planReplay() {
        if (belongs()) {
            if (contents.interval() != graph.interval().toMillis()) {
                plan.problem("there was a batch each " + contents.interval() + " ms, and there is one each "
                        + graph.interval().toMillis() + " ms now; bring the old interval back");
            }
            inputsAndSteps(Map.of());
        }
        return plan.plan(directory, contents, List.of(), List.of());
    }

    /** With derived names nothing can be matched unless the shape is the same. */
    private boolean belongs() {
        boolean derived = contents.derivedNames() || settings.get(Options.NAMES).equals("derived");
        if (derived && !contents.shape().equals(graph.shape())) {
            plan.problem("it was made with derived names by a program of another shape, so its state cannot be matched;"
                    + " give every operator a name and start with a new directory, or bring the old shape back:\n      then "
                    + contents.shape() + "\n      now  " + graph.shape());
            return false;
        }
        return true;
    }

    private void compare(boolean hasLog, Map<String, Long> logged) {
        BatchTime last = contents.lastDecided();
        plan.note((last == null ? "No batch is decided yet" : "The last decided batch is " + last)
                + (contents.plans().isEmpty()
                        ? ""
                        : "; to run again: " + several(contents.plans().keySet()))
                + (contents.toPublish().isEmpty()
                        ? ""
                        : "; to publish: " + several(contents.toPublish().keySet()))
                + ".");
        interval();
        Map<String, String> present = inputsAndSteps(logged);
        if (hasLog && !settings.get(Options.WAL_ENABLE)) {
            plan.problem("it has a write-ahead log of received data, and " + Options.WAL_ENABLE.key()
                    + " is false; set it to true, or delete the directory wal there and with it what no batch has"
                    + " processed");
        }
        OrphanPlanner orphans = new OrphanPlanner(contents, settings.get(Options.DROP_ORPHANS), plan);
        orphans.outputs(graph);
        orphans.steps(present, logged);
    }

    /**
     * Finds out whether the program can go on at another batch interval. State can; windows cannot, because what they keep was cut at
     * the old interval. Decision: docs/adr/0015-another-interval.md.
     */
    private void interval() {
        long then = contents.interval();
        long now = graph.interval().toMillis();
        if (then == now) {
            return;
        }
        plan.note(
                "It was made with a batch each " + then + " ms; from this start on there is one each " + now + " ms.");
        List<String> windows = graph.durable().stream()
                .filter(PaneNode.class::isInstance)
                .map(StreamNode::keptName)
                .toList();
        String back = "; bring the interval of " + then + " ms back";
        windows.stream()
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

    /** Names batches by the first and the last, because there may be many after a roll back. */
    private static String several(Set<BatchTime> batches) {
        List<BatchTime> ordered = batches.stream().sorted().toList();
        BatchTime last = ordered.get(ordered.size() - 1);
        return ordered.size() == 1
                ? last.toString()
                : ordered.get(0) + " to " + last + " (" + ordered.size() + " batches)";
    }

    /** Returns what the program keeps, by name, with what it is. */
    private Map<String, String> inputsAndSteps(Map<String, Long> logged) {
        Map<String, String> present = new LinkedHashMap<>();
        StepPlanner steps = new StepPlanner(contents, codec, plan);
        graph.inputs().forEach(input -> input(input, logged.containsKey(input.name())));
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

    private void input(InputNode<?> input, boolean logged) {
        Map<Object, Object> position = contents.position(input.name());
        boolean known = position != null || logged;
        if (position != null && !input.takesOver(position)) {
            String words = Positions.inWords(position);
            plan.item(Outcome.REFUSED, "input", input.name(), List.of(words));
            plan.problem("the input " + input.name() + " was of another kind in this checkpoint (" + words + "); write"
                    + " .named(\"" + input.name() + "-2\") or another new name, or bring the old input back");
        } else if (known) {
            plan.item(
                    Outcome.KEPT,
                    "input",
                    input.name(),
                    () -> List.of(Positions.inWords(contents.position(input.name()))));
        } else {
            plan.item(Outcome.NEW, "input", input.name(), List.of());
        }
    }
}
