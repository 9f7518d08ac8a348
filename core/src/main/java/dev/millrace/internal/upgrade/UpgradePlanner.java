/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.upgrade;

import dev.millrace.internal.checkpoint.Recovered;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.PaneNode;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.spi.OutputBatch;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.UpgradePlan;
import dev.millrace.streaming.UpgradePlan.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Compares a checkpoint with a program, and finds all that stands in the way of a start, not the first only. A start and a
 * rehearsal both go this way, so that they cannot disagree; they differ in the {@link Restorer}.
 */
public final class UpgradePlanner {
    private final StreamGraph graph;
    private final Settings settings;
    private final ValueCodec codec;
    private final Stored stored;
    private final PlanBuilder plan = new PlanBuilder();
    private final PublishedPlanner published;

    /**
     * What was found in the directory.
     *
     * @param hasLog whether there is a write-ahead log
     * @param logged for each stream of which the log has something, the number of its next block
     * @param published the staged outputs that have published something
     * @param checkpointId what its files bear; of a new one, what they will bear or nothing yet
     */
    public record Stored(
            String directory,
            Recovered recovered,
            boolean hasLog,
            Map<String, Long> logged,
            Set<String> published,
            UUID checkpointId) {}

    public UpgradePlanner(StreamGraph graph, Settings settings, ValueCodec codec, Stored stored) {
        this.graph = graph;
        this.settings = settings;
        this.codec = codec;
        this.stored = stored;
        published = new PublishedPlanner(
                stored.recovered(), stored.checkpointId(), graph.interval().toMillis(), settings, plan);
    }

    /** The batches, published by a later copy of the checkpoint, that outputs are to take back; the latest first. */
    public List<OutputBatch> toTakeBack() {
        return published.toTakeBack();
    }

    /** Descriptions, for people, of what outputs hold of other checkpoints. */
    public List<String> publishedByOthers() {
        return published.others();
    }

    /** Makes the plan; may be called once. What the program goes on with is given to {@code restorer} on the way. */
    public UpgradePlan plan(Restorer restorer) {
        Recovered recovered = stored.recovered();
        if (recovered.isNew()) {
            plan.note("No program has used it yet.");
        } else if (belongs(recovered)) {
            compare(recovered, restorer);
        }
        graph.outputs().forEach(published::check);
        return plan.plan(stored.directory());
    }

    /**
     * Makes the plan of a run that repeats one batch and keeps nothing: all must be as it was then, but what the program
     * has no place for may be left out.
     */
    public UpgradePlan planReplay(Restorer restorer) {
        Recovered recovered = stored.recovered();
        if (belongs(recovered)) {
            if (recovered.interval() != graph.interval().toMillis()) {
                plan.problem("there was a batch each " + recovered.interval() + " ms, and there is one each "
                        + graph.interval().toMillis() + " ms now; bring the old interval back");
            }
            inputsAndSteps(recovered, restorer);
        }
        return plan.plan(stored.directory());
    }

    /** With derived names nothing can be matched unless the shape is the same. */
    private boolean belongs(Recovered recovered) {
        boolean derived =
                recovered.derivedNames() || settings.get(Options.NAMES).equals("derived");
        if (derived && !recovered.shape().equals(graph.shape())) {
            plan.problem("it was made with derived names by a program of another shape, so its state cannot be matched;"
                    + " give every operator a name and start with a new directory, or bring the old shape back:\n      then "
                    + recovered.shape() + "\n      now  " + graph.shape());
            return false;
        }
        return true;
    }

    private void compare(Recovered recovered, Restorer restorer) {
        BatchTime last = recovered.lastDecided();
        plan.note((last == null ? "No batch is decided yet" : "The last decided batch is " + last)
                + (recovered.plans().isEmpty()
                        ? ""
                        : "; to run again: " + several(recovered.plans().keySet()))
                + (recovered.toPublish().isEmpty()
                        ? ""
                        : "; to publish: " + several(recovered.toPublish().keySet()))
                + ".");
        new IntervalPlanner(graph, recovered, plan).check();
        Map<String, String> present = inputsAndSteps(recovered, restorer);
        log();
        new OutputPlanner(recovered, stored.published(), settings.get(Options.DROP_ORPHANS), plan).outputs(graph);
        new OrphanPlanner(recovered, stored.logged(), settings.get(Options.DROP_ORPHANS), plan).orphans(present);
    }

    /** After a roll back they may be many. */
    private static String several(Set<BatchTime> batches) {
        List<BatchTime> ordered = batches.stream().sorted().toList();
        BatchTime last = ordered.get(ordered.size() - 1);
        return ordered.size() == 1
                ? last.toString()
                : ordered.get(0) + " to " + last + " (" + ordered.size() + " batches)";
    }

    /** What the program keeps, by name, with what it is. */
    private Map<String, String> inputsAndSteps(Recovered recovered, Restorer restorer) {
        Map<String, String> present = new LinkedHashMap<>();
        StepPlanner steps = new StepPlanner(recovered, codec, restorer, plan);
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
        Map<Object, Object> position = stored.recovered().position(input.name());
        boolean known = position != null || stored.logged().containsKey(input.name());
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
        if (stored.hasLog() && !settings.get(Options.WAL_ENABLE)) {
            plan.problem("it has a write-ahead log of received data, and " + Options.WAL_ENABLE.key()
                    + " is false; set it to true, or delete the directory wal there and with it what no batch has"
                    + " processed");
        }
    }
}
