/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.internal.materialise.StateProgram;
import dev.millrace.internal.materialise.StateStep;
import dev.millrace.rdd.Partitioner;
import dev.millrace.streaming.StateType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A keyed state, brought forward by every batch of its parent; its batches are all keys and their state. */
public final class StateNode<K, V, S> extends StreamNode<Tuple2<K, S>> {
    private final StreamNode<Tuple2<K, V>> parent;
    private final Partitioner partitioner;
    private final StateProgram<K, V, S> program;
    private final @Nullable StateType<S> type;

    public StateNode(
            Operator operator,
            StreamNode<Tuple2<K, V>> parent,
            Partitioner partitioner,
            StateProgram<K, V, S> program,
            @Nullable StateType<S> type) {
        super(operator, List.of(parent), parent.slide());
        this.parent = parent;
        this.partitioner = partitioner;
        this.program = program;
        this.type = type;
    }

    public Partitioner partitioner() {
        return partitioner;
    }

    public @Nullable StateType<S> type() {
        return type;
    }

    @Override
    protected RddNode<Tuple2<K, S>> compute(BatchScope batch) {
        RddNode<Tuple2<K, V>> input = batch.lineage(parent);
        RddNode<Tuple2<K, V>> placed = partitioner.equals(input.partitioner())
                ? input
                : new ShuffleNode<K, V, V>(operator(), input, partitioner, null);
        StateStep<K, V, S> step = new StateStep<>(keptName(), batch.time(), operator(), placed, program, batch.codec());
        batch.materialise(step);
        return step.output();
    }

    @Override
    public String name() {
        return type != null && !super.isNamed() ? type.name() : super.name();
    }

    @Override
    public boolean isNamed() {
        return type != null || super.isNamed();
    }

    /** The state type's: a name for people does not change what the state is. */
    @Override
    public String keptName() {
        return type != null ? type.name() : super.keptName();
    }

    @Override
    public boolean isDurable() {
        return true;
    }
}
