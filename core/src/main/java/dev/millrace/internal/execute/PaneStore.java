/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.execute;

import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.memory.HeldBlocks;
import dev.millrace.internal.memory.HeldRecords;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.internal.window.PaneStep;
import dev.millrace.internal.window.RestoredPane;
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
import org.jspecify.annotations.Nullable;

/**
 * The batches that windows will read, in memory while there is room; when it is short, the oldest go to disk first. A pane
 * comes and goes on the batch thread; tasks read it, and any thread may spill it.
 */
final class PaneStore {
    private final MemorySpace space;
    private final Map<Key, Pane> panes = new ConcurrentHashMap<>();

    PaneStore(MemorySpace space) {
        this.space = space;
    }

    private record Key(String step, BatchTime time) {}

    private record Pane(List<HeldRecords> partitions, boolean provisional) {}

    /** Runs a step, and gives its changes if they are kept. */
    <T> List<StepChanges> run(PaneStep<T> step, StageRunner stage, Function<TaskScope, LineageReader> readers)
            throws Exception {
        RddNode<T> input = step.input();
        ValueCodec codec = step.codec();
        Queue<HeldBlocks> made = new ConcurrentLinkedQueue<>(); // by attempts that lost too
        List<HeldBlocks> won = List.of();
        try {
            won = hold(
                    step,
                    stage,
                    (partition, scope, records) ->
                            readers.apply(scope).read(input, partition).forEachRemaining(records::add),
                    (partition, records) -> {
                        HeldBlocks changes = new HeldBlocks(space);
                        made.add(changes);
                        if (codec != null) {
                            ChangeLogging.in(
                                    step,
                                    () -> PaneStep.encode(codec, step.time(), partition, records.read(), changes::add));
                        }
                        return changes;
                    });
        } finally {
            made.removeAll(won);
            made.forEach(HeldBlocks::close);
        }
        return List.copyOf(won);
    }

    /** Fills one partition in a task. */
    interface Filler {
        void fill(int partition, TaskScope scope, HeldRecords records) throws Exception;
    }

    /** Makes something of a partition that is filled, in the same task. */
    interface Then<R> {
        R of(int partition, HeldRecords records) throws Exception;
    }

    private record Filled<R>(HeldRecords records, R made) {}

    /** Holds what tasks give, one a partition of the step's input, as what the step left. */
    <R> List<R> hold(MaterialiseStep step, StageRunner stage, Filler filler, Then<R> then) throws Exception {
        Queue<HeldRecords> made = new ConcurrentLinkedQueue<>(); // by attempts that lost too
        List<Filled<R>> won = List.of();
        try {
            won = stage.run(0, step.input().partitions(), (partition, scope) -> {
                HeldRecords records = newPartition();
                made.add(records);
                filler.fill(partition, scope, records);
                records.complete();
                return new Filled<>(records, then.of(partition, records));
            });
        } finally {
            made.removeAll(won.stream().map(Filled::records).toList());
            made.forEach(HeldRecords::close);
        }
        put(
                new Key(step.name(), step.time()),
                new Pane(won.stream().map(Filled::records).toList(), true));
        return won.stream().map(Filled::made).toList();
    }

    private HeldRecords newPartition() {
        return new HeldRecords(space, HeldRecords.Place.MEMORY_AND_DISK);
    }

    private void put(Key key, Pane pane) {
        close(panes.put(key, pane));
    }

    private static void close(@Nullable Pane pane) {
        if (pane != null) {
            pane.partitions().forEach(HeldRecords::close);
        }
    }

    /** The records of a partition, or null if there is no such pane. */
    @Nullable
    Iterator<Object> read(MaterializedNode<?> node, int partition) {
        Pane pane = panes.get(new Key(node.step(), node.time()));
        return pane == null ? null : pane.partitions().get(partition).read();
    }

    /** How many records a pane has, or -1 if there is no such pane. */
    long records(MaterializedNode<?> node) {
        Pane pane = panes.get(new Key(node.step(), node.time()));
        return pane == null
                ? -1
                : pane.partitions().stream().mapToLong(HeldRecords::size).sum();
    }

    void settle(boolean committed) {
        for (Map.Entry<Key, Pane> entry : List.copyOf(panes.entrySet())) {
            if (entry.getValue().provisional() && committed) {
                panes.put(entry.getKey(), new Pane(entry.getValue().partitions(), false));
            } else if (entry.getValue().provisional()) {
                close(panes.remove(entry.getKey()));
            }
        }
    }

    /** Holds what is restored as it comes: what finds no room goes to disk meanwhile. */
    void restore(RestoredPane pane) {
        List<HeldRecords> partitions = new ArrayList<>();
        boolean whole = false;
        try {
            pane.place(this::newPartition, HeldRecords::add, partitions);
            partitions.forEach(HeldRecords::complete);
            whole = true;
        } finally {
            if (!whole) {
                partitions.forEach(HeldRecords::close);
            }
        }
        put(new Key(pane.step(), pane.time()), new Pane(partitions, false));
    }

    void release(String step, BatchTime time) {
        close(panes.remove(new Key(step, time)));
    }

    /** Spills about {@code bytes}. */
    void relieve(long bytes) {
        long freed = 0;
        List<Map.Entry<Key, Pane>> oldestFirst = new ArrayList<>(panes.entrySet());
        oldestFirst.sort(Comparator.comparing(entry -> entry.getKey().time()));
        for (Map.Entry<Key, Pane> entry : oldestFirst) {
            for (HeldRecords partition : entry.getValue().partitions()) {
                if (freed < bytes) {
                    freed += partition.spill();
                }
            }
        }
    }

    void clear() {
        panes.values().forEach(PaneStore::close);
        panes.clear();
    }
}
