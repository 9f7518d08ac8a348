/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.checkpoint.StartChanges;
import dev.millrace.internal.checkpoint.StepRewrite;
import dev.millrace.internal.start.StartPlan.Finding;
import dev.millrace.spi.OutputBatch;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.UpgradePlan.Item;
import dev.millrace.streaming.UpgradePlan.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A plan while it is made. */
final class PlanDraft {
    private final List<Finding> findings = new ArrayList<>();
    private final List<StepToLoad> toLoad = new ArrayList<>();
    private boolean refused;
    private final Map<String, Long> droppedInputs = new LinkedHashMap<>();
    private final Set<String> droppedSteps = new LinkedHashSet<>();
    private final Map<String, List<BatchTime>> droppedOutputs = new TreeMap<>();
    private final List<StepRewrite> rewritten = new ArrayList<>();

    void item(Outcome outcome, String kind, String name, List<String> details) {
        item(outcome, kind, name, () -> details);
    }

    /** @param details are asked for if the plan is told, which most starts do not */
    void item(Outcome outcome, String kind, String name, Supplier<List<String>> details) {
        findings.add(all -> all.items().add(new Item(outcome, kind, name, List.copyOf(details.get()))));
    }

    void note(String note) {
        findings.add(all -> all.notes().add(note));
    }

    void problem(String problem) {
        refused = true;
        findings.add(all -> all.problems().add(problem));
    }

    /** A step goes on with what is stored of it. */
    void load(StepToLoad step) {
        toLoad.add(step);
        findings.add(step::describe);
    }

    void rewrite(StepRewrite step) {
        rewritten.add(step);
    }

    /** @param nextBlock the number after the last block that the log has of the input; -1 if it has none */
    void dropInput(String name, long nextBlock) {
        droppedInputs.put(name, nextBlock);
    }

    void dropStep(String name) {
        droppedSteps.add(name);
    }

    /** @param stays the batches that the output has published and does not take back */
    void dropOutput(String name, List<BatchTime> stays) {
        droppedOutputs.put(name, List.copyOf(stays));
    }

    boolean dropsOutput(String name) {
        return droppedOutputs.containsKey(name);
    }

    StartPlan plan(
            String directory, CheckpointContents contents, List<OutputBatch> publishedSince, List<String> others) {
        return new StartPlan(
                directory,
                contents,
                List.copyOf(findings),
                refused,
                List.copyOf(toLoad),
                new StartChanges(droppedInputs, droppedSteps, droppedOutputs, rewritten),
                List.copyOf(publishedSince),
                List.copyOf(others));
    }

    static String count(long count, String one, String more) {
        return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : more);
    }
}
