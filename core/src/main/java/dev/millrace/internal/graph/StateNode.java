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
import dev.millrace.internal.state.LateFirstBatch;
import dev.millrace.internal.state.RestoredState;
import dev.millrace.internal.state.StateForm;
import dev.millrace.internal.state.StateProgram;
import dev.millrace.internal.state.StateStep;
import dev.millrace.internal.state.StoredEntries;
import dev.millrace.rdd.Partitioner;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.StateType;
import java.lang.reflect.Type;
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

    /** The changes that make the initial state; they become durable with the first batch. */
    private List<StepChanges> initialChanges = List.of();

    /** The time at which the keys of the initial state count as touched, until the first batch has come; null without an initial state. */
    private @Nullable BatchTime initialTouch;

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
        batch.addChanges(keptName(), initialChanges);
        initialChanges = List.of();
        StateStep<K, V, S> step = new StateStep<>(
                keptName(), batch.time(), operator(), placed(batch.lineage(parent)), program(batch), batch.codec());
        batch.materialise(step);
        initialTouch = null;
        return step.output();
    }

    private StateProgram<K, V, S> program(BatchScope batch) {
        RecordGuard guard = guard();
        StateProgram<K, V, S> guarded = guard == null ? program : program.guarded(guard);
        boolean isLate = program.isTimed() && initialTouch != null && !initialTouch.equals(batch.time());
        return isLate ? new LateFirstBatch<>(guarded) : guarded;
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
     * Goes on with the entries that the checkpoint has stored.
     *
     * @param time the time just before the first batch; keys of which no time is known count as touched then
     */
    public void restore(ExecutionEngine engine, StoredEntries stored, BatchTime time) {
        try {
            engine.restore(new RestoredState(
                    new StateForm(keptName(), type == null ? Object.class : type.type()),
                    partitioner,
                    program.isTimed(),
                    time.milliseconds(),
                    stored));
        } catch (RefusedException e) {
            throw new RefusedException("the state of " + operator() + " cannot be restored: " + e.getMessage());
        }
    }

    /**
     * Begins with the initial state, if the program gives one; else empty. Called if the checkpoint has nothing of this state.
     *
     * @param time the time just before the first batch
     * @param codec how changes are encoded, or null if they are not kept
     */
    public void begin(ExecutionEngine engine, BatchTime time, @Nullable ValueCodec codec) {
        if (initial != null) {
            initialTouch = time.plus(slide()); // nobody knows yet how long the start will take
            initialChanges = engine.materialise(new StateStep<>(
                            keptName(),
                            time,
                            operator(),
                            placed(initial),
                            new InitialState<>(operator(), program.isTimed(), initialTouch),
                            codec))
                    .changes();
            engine.settle(time, true);
        }
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
