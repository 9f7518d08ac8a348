/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.execute;

import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.internal.state.RestoredState;
import dev.millrace.internal.state.StateStep;
import dev.millrace.internal.window.PaneStep;
import dev.millrace.internal.window.RestoredPane;
import dev.millrace.internal.window.WindowStep;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** What materialise steps hold in the embedded engine. Written by the batch thread only, read by tasks. */
final class StepStore {
    private final Map<String, KeyedState<?, ?>> states = new ConcurrentHashMap<>();
    private final MemorySpace space;
    private final PaneStore panes;
    private final WindowStore windows;

    StepStore(MemorySpace space) {
        this.space = space;
        panes = new PaneStore(space);
        windows = new WindowStore(space, panes);
    }

    List<StepChanges> run(MaterialiseStep step, StageRunner stage, Function<TaskScope, LineageReader> readers)
            throws Exception {
        if (step instanceof StateStep<?, ?, ?> state) {
            return runState(state, stage, readers);
        }
        if (step instanceof WindowStep<?, ?, ?> window) {
            windows.run(window, stage, readers);
            return List.of();
        }
        return panes.run((PaneStep<?>) step, stage, readers);
    }

    private <K, V, S> List<StepChanges> runState(
            StateStep<K, V, S> step, StageRunner stage, Function<TaskScope, LineageReader> readers) throws Exception {
        KeyedState<K, S> state =
                state(step.name(), step.input().partitions(), step.program().isTimed());
        Queue<KeyedState.Held> made = new ConcurrentLinkedQueue<>(); // by attempts that lost too
        List<KeyedState.Change<K, S>> won = List.of();
        try {
            won = stage.run(0, step.input().partitions(), (partition, scope) -> {
                KeyedState.Held held = state.newHeld();
                made.add(held);
                return state.run(step, partition, readers.apply(scope).read(step.input(), partition), held);
            });
        } finally {
            made.removeAll(won.stream().map(KeyedState.Change::held).toList());
            made.forEach(KeyedState.Held::close);
        }
        state.provisional(step.time(), won);
        return won.stream().<StepChanges>map(change -> change.held().encoded()).toList();
    }

    @SuppressWarnings("unchecked") // one name, one state, one pair of types for the life of the context
    private <K, S> KeyedState<K, S> state(String name, int partitions, boolean timed) {
        return (KeyedState<K, S>)
                states.computeIfAbsent(name, step -> new KeyedState<K, S>(step, partitions, timed, space));
    }

    @SuppressWarnings("unchecked")
    <T> Iterator<T> read(MaterializedNode<T> node, int partition) {
        Iterator<Object> pane = panes.read(node, partition);
        if (pane != null) {
            return (Iterator<T>) pane;
        }
        KeyedState<?, ?> state = states.get(node.step());
        if (state == null) {
            throw node.dropped();
        }
        return (Iterator<T>) state.read(node, partition);
    }

    long records(MaterializedNode<?> node) {
        long pane = panes.records(node);
        if (pane >= 0) {
            return pane;
        }
        KeyedState<?, ?> state = states.get(node.step());
        return state == null ? 0 : state.records(node);
    }

    void settle(boolean committed) {
        states.values().forEach(state -> state.settle(committed));
        panes.settle(committed);
        windows.settle(committed);
    }

    void restore(RestoredState state) {
        state(state.step(), state.partitioner().numPartitions(), state.timed())
                .restore(state.partitioner(), state.entries(), state.about());
    }

    void restore(RestoredPane pane) {
        panes.restore(pane);
    }

    void clear() {
        states.values().forEach(KeyedState::close);
        states.clear();
        windows.clear();
        panes.clear();
    }

    void release(String step, BatchTime time) {
        panes.release(step, time);
    }

    /** Spills about {@code bytes} of states, those partitions first that no batch has needed for longest. */
    void relieveStates(long bytes) {
        record Held(StatePartition<?, ?> partition, long lastUse) {} // which may go on
        List<Held> coldestFirst = new ArrayList<>();
        states.values()
                .forEach(state -> state.partitions()
                        .forEach(partition -> coldestFirst.add(new Held(partition, partition.lastUse()))));
        coldestFirst.sort(Comparator.comparingLong(Held::lastUse));
        long freed = 0;
        for (Held held : coldestFirst) {
            freed += freed < bytes ? held.partition().spill() : 0;
        }
    }

    /** Spills about {@code bytes} of what this batch mapped and of panes. */
    void relieve(long bytes) {
        long freed = 0;
        for (KeyedState<?, ?> state : states.values()) {
            freed += freed < bytes ? state.relieve(bytes - freed) : 0;
        }
        if (freed < bytes) {
            panes.relieve(bytes - freed);
        }
    }
}
