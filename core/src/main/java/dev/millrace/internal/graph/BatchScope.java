/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.engine.StepResult;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.PersistedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.logging.Trace;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the state of the batch that runs: the lineage of each stream so far, and the changes of its steps, which wait here for the decision. It
 * lives from the plan of the batch until the batch is retired. Batch thread.
 */
public final class BatchScope implements AutoCloseable {
    private final ContextRuntime runtime;
    private final BatchTime time;
    private final Map<String, InputSlice> slices;
    private final @Nullable ValueCodec codec;
    private final Map<StreamNode<?>, RddNode<?>> lineages = new HashMap<>();
    private final List<PersistedNode<?>> persisted = new ArrayList<>();
    private final List<Released> released = new ArrayList<>();
    private final Map<String, List<StepChanges>> changes = new LinkedHashMap<>();

    /**
     * @param slices what the batch takes, by input name
     * @param codec how changes are encoded, or null if they are not kept
     */
    public BatchScope(
            ContextRuntime runtime, BatchTime time, Map<String, InputSlice> slices, @Nullable ValueCodec codec) {
        this.runtime = runtime;
        this.time = time;
        this.slices = slices;
        this.codec = codec;
    }

    public BatchTime time() {
        return time;
    }

    public @Nullable ValueCodec codec() {
        return codec;
    }

    /** The slice of an input that the batch takes. */
    public InputSlice slice(String input) {
        return slices.getOrDefault(input, InputSlice.EMPTY);
    }

    /** Asks a node for the lineage of its batch; its parents were asked before. */
    public <T> void generate(StreamNode<T> node, RememberedBatches remembered) {
        RddNode<T> computed = node.compute(this);
        StorageLevel level = node.level();
        if (level != null) {
            PersistedNode<T> kept = new PersistedNode<>(computed, level);
            persisted.add(kept);
            computed = kept;
        }
        RddNode<T> lineage = remembered.add(this, node, computed);
        lineages.put(node, lineage);
        Trace.step(Trace.Phase.COMPUTE, time, () -> node.name() + " is " + lineage + " of " + lineage.parents());
    }

    public boolean has(StreamNode<?> node) {
        return lineages.containsKey(node);
    }

    /** The lineage of a node that has a batch now. */
    @SuppressWarnings("unchecked")
    public <T> RddNode<T> lineage(StreamNode<T> node) {
        RddNode<?> lineage = lineages.get(node);
        if (lineage == null) {
            throw new IllegalStateException(node + " has no batch at " + time);
        }
        return (RddNode<T>) lineage;
    }

    /** Runs a step, and gives what it changed in each partition; its output can be read from here on. */
    List<StepChanges> materialise(MaterialiseStep<?> step) {
        StepResult result = runtime.materialise(step, time);
        addChanges(step.name(), result.changes());
        return result.changes();
    }

    /** Takes what a step changed, to be decided with the batch. */
    public void addChanges(String step, List<StepChanges> of) {
        for (StepChanges partition : of) {
            if (partition.blocks() > 0) {
                changes.computeIfAbsent(step, name -> new ArrayList<>()).add(partition);
            }
        }
    }

    /** Nothing after this batch reads what {@code step} left for an earlier one. */
    void releaseAfterwards(String step, BatchTime earlier) {
        released.add(new Released(step, earlier));
    }

    /** A step's data of one batch. */
    private record Released(String step, BatchTime time) {}

    /** The batch has ended: drops what only it needed, and what steps left for batches that none reads any more. */
    public void retire(boolean committed) {
        ExecutionEngine engine = runtime.engine();
        persisted.forEach(kept -> {
            kept.noLongerWanted();
            engine.unpersist(kept);
        });
        if (committed) {
            released.forEach(left -> engine.release(left.step(), left.time()));
            Trace.step(Trace.Phase.PUBLISH, time, () -> "retired; " + released.size() + " panes dropped");
        }
    }

    /** The changes of the steps so far, by step name. */
    public Map<String, List<StepChanges>> changes() {
        return changes;
    }

    /** Lets go of the changes, because the batch is decided, or never will be. */
    @Override
    public void close() {
        changes.values().forEach(of -> of.forEach(StepChanges::close));
        changes.clear();
    }
}
