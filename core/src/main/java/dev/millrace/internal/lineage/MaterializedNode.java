/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.rdd.Partitioner;
import dev.millrace.streaming.BatchTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records that a materialise step has left for one batch, held by the engine: a leaf, so lineage does not grow with uptime. */
public final class MaterializedNode<T> extends RddNode<T> {
    private final String step;
    private final BatchTime time;
    private final Part part;

    /** The two things that a step leaves. */
    public enum Part {
        /** The contents that it holds from batch to batch, such as the keys and states of a state. */
        TABLES,
        /** The records that it gave in the batch, such as a pane, or those that the program of a state mapped. */
        RECORDS
    }

    public MaterializedNode(
            Operator operator,
            String step,
            BatchTime time,
            int partitions,
            @Nullable Partitioner partitioner,
            Part part) {
        super(operator, partitions, partitioner, List.of());
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
    public <R> R accept(RddVisitor<T, R> visitor) {
        return visitor.visit(this);
    }
}
