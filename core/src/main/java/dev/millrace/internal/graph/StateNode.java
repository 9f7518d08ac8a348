/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.Tuple2;
import dev.millrace.error.RefusedException;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.KeyIdentity;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.joins.Joins;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.RecordGuard;
import dev.millrace.internal.state.InitialState;
import dev.millrace.internal.state.RestoredState;
import dev.millrace.internal.state.StateEntry;
import dev.millrace.internal.state.StateProgram;
import dev.millrace.internal.state.StateStep;
import dev.millrace.rdd.Partitioner;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.StateType;
import java.lang.reflect.Type;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A keyed state, brought forward by every batch of its parent; its batches are all keys and their state. */
public final class StateNode<K, V, S> extends StreamNode<Tuple2<K, S>> {
    private final StreamNode<Tuple2<K, V>> parent;
    private final Partitioner partitioner;
    private final StateProgram<K, V, S> program;
    private final Type keyType;
    private final @Nullable StateType<S> type;
    private final @Nullable RddNode<Tuple2<K, S>> initial;

    /** Of the initial state; they become durable with the first batch. */
    private List<StepChanges> initialChanges = List.of();

    /** @param keyType what is known of the type of the keys; {@code Object} if that is nothing */
    public StateNode(
            Operator operator,
            StreamNode<Tuple2<K, V>> parent,
            Partitioner partitioner,
            StateProgram<K, V, S> program,
            Type keyType,
            @Nullable StateType<S> type,
            @Nullable RddNode<Tuple2<K, S>> initial) {
        super(operator, List.of(parent), parent.slide());
        this.parent = parent;
        this.partitioner = partitioner;
        this.program = program;
        this.keyType = keyType;
        this.type = type;
        this.initial = initial;
    }

    public @Nullable StateType<S> type() {
        return type;
    }

    /** The type of the keys as far as it is known; {@code Object} if it is not. */
    public Type keyType() {
        return keyType;
    }

    @Override
    protected RddNode<Tuple2<K, S>> compute(BatchScope batch) {
        batch.changed(keptName(), initialChanges);
        initialChanges = List.of();
        StateStep<K, V, S> step = new StateStep<>(
                keptName(), batch.time(), operator(), placed(batch.lineage(parent)), guarded(), batch.codec());
        batch.materialise(step);
        return step.output();
    }

    private StateProgram<K, V, S> guarded() {
        RecordGuard guard = guard();
        return guard == null ? program : program.guarded(guard);
    }

    @Override
    public boolean isPerRecord() {
        return program.isPerRecord();
    }

    @Override
    public List<String> problems() {
        String problem = KeyIdentity.problem(keyType);
        return problem == null ? List.of() : List.of(operator() + " " + problem);
    }

    private <T> RddNode<Tuple2<K, T>> placed(RddNode<Tuple2<K, T>> input) {
        return Joins.placed(operator(), input, partitioner);
    }

    /**
     * Takes the entries of a checkpoint, or, if it knows nothing of this state, the initial state.
     *
     * @param entries null if this state was never in the checkpoint
     * @param time the time just before the first batch; keys of which no time is known count as touched then
     * @param codec how changes are encoded, or null if they are not kept
     */
    public void restore(
            ExecutionEngine engine,
            @Nullable Iterable<StateEntry> entries,
            long about,
            BatchTime time,
            @Nullable ValueCodec codec) {
        if (entries != null) {
            try {
                engine.restore(new RestoredState(
                        keptName(),
                        partitioner,
                        program.isTimed(),
                        program.isTimed() ? () -> touched(entries.iterator(), time) : entries,
                        about));
            } catch (RefusedException e) {
                throw new RefusedException("the state of " + operator() + " cannot be restored: " + e.getMessage());
            }
        } else if (initial != null) {
            initialChanges = engine.materialise(new StateStep<>(
                            keptName(),
                            time,
                            operator(),
                            placed(initial),
                            new InitialState<>(operator(), program.isTimed(), time.plus(slide())),
                            codec))
                    .changes();
            engine.settle(time, true);
        }
    }

    private static Iterator<StateEntry> touched(Iterator<StateEntry> entries, BatchTime time) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public StateEntry next() {
                return entries.next().orTouchedAt(time.milliseconds());
            }
        };
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
