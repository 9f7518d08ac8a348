/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.error.CheckpointException;
import dev.millrace.error.CodecException;
import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.checkpoint.StartChanges;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.ReceiverInput;
import dev.millrace.internal.logging.Lines;
import dev.millrace.spi.InputSlice;
import dev.millrace.spi.OutputBatch;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.UpgradePlan;
import dev.millrace.streaming.UpgradePlan.Item;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a start of a program on a checkpoint, or the reasons why it does not start. {@link StartPlanner} makes it, a rehearsal prints
 * it, and {@link Start} carries it out. Immutable, and nothing happens by making it.
 *
 * @param directory the checkpoint, as the user names it
 * @param contents what it holds
 * @param findings what is worth telling, in order
 * @param refused whether some of that is a problem, so that the program does not start
 * @param toLoad the states and windows that go on with what is stored of them
 * @param changes what the start changes in what the checkpoint holds
 * @param publishedSince the batches that a later copy of the checkpoint has published and that outputs are to take back; the latest first
 * @param publishedByOthers descriptions of what outputs hold of other checkpoints
 */
record StartPlan(
        String directory,
        CheckpointContents contents,
        List<Finding> findings,
        boolean refused,
        List<StepToLoad> toLoad,
        StartChanges changes,
        List<OutputBatch> publishedSince,
        List<String> publishedByOthers) {

    /** Something that comparing the program with the checkpoint has found. It may read what is stored, to count it. */
    interface Finding {
        void addTo(Description all);
    }

    /** All findings, for people. */
    record Description(List<Item> items, List<String> notes, List<String> problems) {}

    /**
     * Throws if the plan has problems. Only then are stored values read, to find all that is wrong.
     *
     * @throws CheckpointException with all problems
     */
    void mustStart() {
        if (refused) {
            throw new CheckpointException(describe().refusal());
        }
    }

    /** The refusal of a start whose loading met a value that it cannot read; {@code met} itself if the plan finds no reason to refuse. */
    RuntimeException refused(RuntimeException met) {
        if (met instanceof CodecException || met instanceof CheckpointException) {
            UpgradePlan plan = describe();
            return plan.starts() ? met : new CheckpointException(plan.refusal());
        }
        return met;
    }

    /** The plan for people. Reads all that is stored of states and windows, to count it and to see that it can be read. */
    UpgradePlan describe() {
        Description all = new Description(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        findings.forEach(finding -> finding.addTo(all));
        return new UpgradePlan(
                directory, List.copyOf(all.items()), List.copyOf(all.notes()), List.copyOf(all.problems()));
    }

    /** The published batches that were rolled back, so that their outputs are to take them back: outputs by batch, the latest batch first. */
    Map<BatchTime, List<String>> rolledBack() {
        Map<BatchTime, List<String>> batches = new LinkedHashMap<>();
        contents.toRetract().forEach((time, outputs) -> {
            List<String> left = new ArrayList<>(outputs);
            left.removeAll(changes.outputs().keySet());
            if (!left.isEmpty()) {
                batches.put(time, left);
            }
        });
        return batches;
    }

    /** The batches that are decided and perhaps not visible everywhere: staged parts by output. */
    Map<BatchTime, Map<String, List<String>>> unpublished() {
        Map<BatchTime, Map<String, List<String>>> batches = new LinkedHashMap<>();
        contents.unpublished().forEach((time, staged) -> {
            Map<String, List<String>> left = new LinkedHashMap<>(staged);
            left.keySet().removeAll(changes.outputs().keySet());
            batches.put(time, left);
        });
        return batches;
    }

    /** The batches to run again, in order, with what they take. */
    Map<BatchTime, Map<String, InputSlice>> toRunAgain() {
        Map<BatchTime, Map<String, InputSlice>> batches = new LinkedHashMap<>();
        contents.plans().forEach((time, slices) -> {
            Map<String, InputSlice> left = new LinkedHashMap<>(slices);
            left.keySet().removeAll(changes.inputs().keySet());
            batches.put(time, left);
        });
        return batches;
    }

    /** The place at which the program goes on, for people; null if this is the very first start. */
    @Nullable
    String resumption() {
        if (contents.isNew()) {
            return null;
        }
        BatchTime last = contents.lastDecided();
        return (last == null ? "before its first batch" : "after batch " + Lines.time(last)) + ", from "
                + (contents.snapshot() == 0 ? "" : "snapshot " + contents.snapshot() + " and ") + "its journals"
                + (contents.toPublish().isEmpty()
                        ? ""
                        : "; publishes " + Lines.count(contents.toPublish().size(), "batch", "batches")
                                + " that it had decided")
                + (contents.plans().isEmpty()
                        ? ""
                        : "; runs " + Lines.count(contents.plans().size(), "batch", "batches") + " again");
    }

    /** The position at which an input begins. A receiver that is back after its log was dropped begins behind the dropped blocks. */
    @Nullable
    Map<Object, Object> position(InputNode<?> input) {
        Map<Object, Object> position = contents.position(input.name());
        long next = contents.dropped().getOrDefault(input.name(), -1L);
        return position == null && next >= 0 && input.receives() ? ReceiverInput.positionAt(next) : position;
    }

    /** Inputs and steps that were or will be dropped, each with the first block of the log that is not, or -1. */
    Map<String, Long> dropped() {
        Map<String, Long> dropped = new TreeMap<>(contents.dropped());
        changes.inputs().forEach((name, next) -> dropped.merge(name, next, Math::max));
        new TreeSet<>(changes.steps()).forEach(name -> dropped.merge(name, -1L, Math::max));
        return dropped;
    }
}
