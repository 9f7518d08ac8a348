/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.rdd.Partitioner;
import dev.millrace.streaming.BatchTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a materialise step left for one batch, held by the engine: a leaf, so lineage does not grow with uptime. */
public final class MaterializedNode<T> extends RddNode<T> {
    private final String step;
    private final BatchTime time;
    private final Part part;

    /** Which of the things that a step leaves. */
    public enum Part {
        /** What it holds: the keys and states of a state, the records of a pane. */
        CONTENTS,
        /** What a state's program mapped in the batch; gone when the batch ends. */
        MAPPED
    }

    public MaterializedNode(
            Operator operator, String step, BatchTime time, int partitions, @Nullable Partitioner partitioner) {
        this(operator, step, time, partitions, partitioner, Part.CONTENTS);
    }

    public MaterializedNode(
            Operator operator,
            String step,
            BatchTime time,
            int partitions,
            @Nullable Partitioner partitioner,
            Part part) {
        super(operator, partitions, partitioner);
        this.step = step;
        this.time = time;
        this.part = part;
    }

    public Part part() {
        return part;
    }

    public String step() {
        return step;
    }

    public BatchTime time() {
        return time;
    }

    /** The error of reading this when the engine holds it no more. */
    public IllegalStateException dropped() {
        return new IllegalStateException("the RDD of " + operator() + " for batch " + time
                + " was dropped when a later batch was committed; read it within its batch, or keep it with window()");
    }

    @Override
    public List<RddNode<?>> parents() {
        return List.of();
    }

    @Override
    public <R> R accept(RddVisitor<T, R> visitor) {
        return visitor.visit(this);
    }
}
