/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.MillraceContext;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.engine.ContextRuntime;
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

/** One batch while it is generated: the lineages so far, and what its steps changed. Batch thread. */
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

    public MillraceContext context() {
        return runtime.context();
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
        RddNode<T> lineage = remembered.add(this, node, kept(node.compute(this), node.level()));
        lineages.put(node, lineage);
        Trace.step(Trace.Phase.COMPUTE, time, () -> node.name() + " is " + lineage + " of " + lineage.parents());
    }

    private <T> RddNode<T> kept(RddNode<T> lineage, @Nullable StorageLevel level) {
        if (level == null) {
            return lineage;
        }
        PersistedNode<T> kept = new PersistedNode<>(lineage, level);
        persisted.add(kept);
        return kept;
    }

    /** The data that is kept for this batch, to be dropped when it ends. */
    public List<PersistedNode<?>> persisted() {
        return persisted;
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
        changed(step.name(), result.changes());
        return result.changes();
    }

    /** Takes what a step changed, and closes it with the batch. */
    public void changed(String step, List<StepChanges> of) {
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

    /** The results of steps that are dropped once the batch is committed. */
    public List<Released> released() {
        return released;
    }

    /** A step's data of one batch. */
    public record Released(String step, BatchTime time) {}

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
