/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.execute;

import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.materialise.MaterialiseStep;
import dev.millrace.internal.materialise.PaneStep;
import dev.millrace.internal.materialise.Restored;
import dev.millrace.internal.materialise.StateStep;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.streaming.BatchTime;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** What materialise steps hold in the embedded engine. Written by the batch thread only, read by tasks. */
final class StepStore {
    private final Map<String, KeyedState<?, ?>> states = new ConcurrentHashMap<>();
    private final Map<PaneKey, Pane> panes = new ConcurrentHashMap<>();

    private record PaneKey(String step, BatchTime time) {}

    private record Pane(List<List<Object>> partitions, boolean provisional) {}

    List<byte[]> run(MaterialiseStep step, StageRunner stage, Function<TaskScope, LineageReader> readers)
            throws Exception {
        if (step instanceof StateStep<?, ?, ?> state) {
            return runState(state, stage, readers);
        }
        return runPane((PaneStep<?>) step, stage, readers);
    }

    private <K, V, S> List<byte[]> runState(
            StateStep<K, V, S> step, StageRunner stage, Function<TaskScope, LineageReader> readers) throws Exception {
        KeyedState<K, S> state = state(step.name(), step.input().partitions());
        List<KeyedState.Change<K, S>> won = stage.run(
                0,
                step.input().partitions(),
                (partition, scope) ->
                        state.run(step, partition, readers.apply(scope).read(step.input(), partition)));
        state.provisional(step.time(), won);
        return won.stream()
                .map(KeyedState.Change::encoded)
                .filter(bytes -> bytes.length > 0)
                .toList();
    }

    @SuppressWarnings("unchecked") // one name, one state, one pair of types for the life of the context
    private <K, S> KeyedState<K, S> state(String name, int partitions) {
        return (KeyedState<K, S>) states.computeIfAbsent(name, step -> new KeyedState<K, S>(step, partitions));
    }

    private <T> List<byte[]> runPane(PaneStep<T> step, StageRunner stage, Function<TaskScope, LineageReader> readers)
            throws Exception {
        RddNode<T> input = step.input();
        List<List<Object>> partitions = stage.run(0, input.partitions(), (partition, scope) -> {
            List<Object> records = new java.util.ArrayList<>();
            readers.apply(scope).read(input, partition).forEachRemaining(records::add);
            return records;
        });
        panes.put(new PaneKey(step.name(), step.time()), new Pane(partitions, true));
        if (step.codec() == null) {
            return List.of();
        }
        List<byte[]> changes = new java.util.ArrayList<>();
        for (int p = 0; p < partitions.size(); p++) {
            changes.add(PaneStep.changes(step.codec(), step.time(), p, partitions.get(p)));
        }
        return changes;
    }

    @SuppressWarnings("unchecked")
    <T> Iterator<T> read(MaterializedNode<T> node, int partition) {
        Pane pane = panes.get(new PaneKey(node.step(), node.time()));
        if (pane != null) {
            return (Iterator<T>) pane.partitions().get(partition).iterator();
        }
        KeyedState<?, ?> state = states.get(node.step());
        if (state == null) {
            throw node.dropped();
        }
        return (Iterator<T>) state.read(node, partition);
    }

    long records(MaterializedNode<?> node) {
        Pane pane = panes.get(new PaneKey(node.step(), node.time()));
        if (pane != null) {
            return pane.partitions().stream().mapToLong(List::size).sum();
        }
        KeyedState<?, ?> state = states.get(node.step());
        return state == null ? 0 : state.size();
    }

    void settle(boolean committed) {
        states.values().forEach(state -> state.settle(committed));
        if (committed) {
            panes.replaceAll((key, pane) -> pane.provisional() ? new Pane(pane.partitions(), false) : pane);
        } else {
            panes.values().removeIf(Pane::provisional);
        }
    }

    void restore(Restored contents) {
        if (contents instanceof Restored.State state) {
            KeyedState<Object, Object> held =
                    state(state.step(), state.partitioner().numPartitions());
            state.entries().forEach(entry -> held.restore(state.partitioner(), entry));
        } else if (contents instanceof Restored.Pane pane) {
            panes.put(new PaneKey(pane.step(), pane.time()), new Pane(pane.partitions(), false));
        }
    }

    void clear() {
        states.clear();
        panes.clear();
    }

    void release(String step, BatchTime time) {
        panes.remove(new PaneKey(step, time));
    }
}
