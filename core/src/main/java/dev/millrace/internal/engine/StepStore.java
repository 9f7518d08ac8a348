/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.RestoredTables;
import dev.millrace.internal.lineage.StepChange;
import dev.millrace.internal.lineage.StepTable;
import dev.millrace.internal.lineage.StepTask;
import dev.millrace.internal.memory.HeldRows;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.TaskScope;
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
 * Runs steps, and holds their tables in the embedded engine; what they give in a batch is in {@link StepRecords}. The batch thread
 * alone writes it, with helpers while a batch is settled; tasks read it.
 *
 * <pre>{@code
 *   attempt --won---> provisional --settle(true)---> applied to the tables; records kept, or dropped with the batch
 *           |                     +-settle(false)--> dropped, as if the batch had never run
 *           +-lost--> closed
 * }</pre>
 */
final class StepStore {
    private static final long WORTH_A_WAKE_UP = 4096; // keys, which take longer to change than a thread to wake up

    private final Map<String, StepTables<?>> tables = new ConcurrentHashMap<>();
    private final MemorySpace space;
    private final StepRecords records;

    /** @param records where what steps give in a batch is put */
    StepStore(MemorySpace space, StepRecords records) {
        this.space = space;
        this.records = records;
    }

    /** Runs a stage, and gives what its tasks returned, in order of their partitions. */
    interface Stages {
        List<StepAttempt> run(Stage<StepAttempt> stage) throws Exception;
    }

    /** Runs a step, and gives its changes, partition by partition. */
    <T extends StepTable> List<StepChanges> run(
            MaterialiseStep<T> step, Function<TaskScope, LineageReader> readers, Stages stages) throws Exception {
        StepTask<T> task = step.task();
        StepTables<T> held = tables(step, task);
        Queue<StepAttempt> made = new ConcurrentLinkedQueue<>(); // all attempts, also those that lose
        List<StepAttempt> won = List.of();
        try {
            won = stages.run(new Stage<>(step.operator(), step.inputs(), 0, step.partitions(), (partition, scope) -> {
                StepAttempt attempt = new StepAttempt(step, partition, readers.apply(scope), space);
                made.add(attempt);
                attempt.run(task, held.of(partition));
                return attempt;
            }));
        } finally {
            made.removeAll(won);
            made.forEach(StepAttempt::close);
        }
        held.provisional(step.time(), won.stream().map(StepAttempt::change).toList());
        records.put(
                step.name(),
                step.time(),
                won.stream().map(StepAttempt::held).toList(),
                step.kept() == MaterialiseStep.Kept.RECORDS);
        return won.stream().map(StepAttempt::changes).toList();
    }

    @SuppressWarnings("unchecked") // one name, one kind of step for the life of the context
    private <T extends StepTable> StepTables<T> tables(MaterialiseStep<T> step, StepTask<T> task) {
        StepTables<?> held = tables.get(step.name());
        // Tables that are kept have the step's partitions. Others only spare work, so a step with another number of
        // partitions makes new ones.
        if (held == null
                || step.kept() != MaterialiseStep.Kept.TABLES && held.all().size() != step.partitions()) {
            held = new StepTables<>(task.open(space, step.partitions()));
            close(tables.put(step.name(), held));
        }
        if (!held.isSettled()) {
            throw new IllegalStateException("step " + step.name() + " ran twice before it was settled");
        }
        return (StepTables<T>) held;
    }

    @SuppressWarnings("unchecked")
    <T> Iterator<T> read(MaterializedNode<T> node, int partition) {
        if (node.part() == MaterializedNode.Part.RECORDS) {
            List<HeldRows> held = records.find(node);
            if (held == null) {
                throw node.dropped();
            }
            return (Iterator<T>) held.get(partition).read();
        }
        StepTables<?> held = tables.get(node.step());
        if (held == null) {
            throw node.dropped();
        }
        return (Iterator<T>) held.read(node, partition);
    }

    /** About how many records a leaf has; 0 if they are not here. */
    long records(MaterializedNode<?> node) {
        if (node.part() == MaterializedNode.Part.RECORDS) {
            List<HeldRows> held = records.find(node);
            return held == null ? 0 : held.stream().mapToLong(HeldRows::size).sum();
        }
        StepTables<?> held = tables.get(node.step());
        return held == null ? 0 : held.records();
    }

    /** Ends the batch. Partitions that it changes much are changed side by side. */
    void settle(boolean committed, ComputePool pool) {
        if (committed) {
            List<StepChange> changes = tables.values().stream()
                    .flatMap(held -> held.provisional().stream())
                    .toList();
            if (!changes.isEmpty()) {
                boolean few = changes.stream().mapToLong(StepChange::size).sum() < WORTH_A_WAKE_UP;
                PooledWork.run(
                        changes.stream().<Runnable>map(change -> change::apply).toList(), pool, few ? 0 : pool.size());
            }
        }
        tables.values().forEach(held -> held.settled(committed));
    }

    /** Takes the tables of a step, which are completed side by side. */
    void restore(RestoredTables restored, ComputePool pool) {
        List<? extends StepTable> made = restored.in(space);
        close(tables.put(restored.step(), new StepTables<>(made)));
        PooledWork.run(made.stream().<Runnable>map(table -> table::restored).toList(), pool, pool.size());
    }

    private static void close(@Nullable StepTables<?> replaced) {
        if (replaced != null) {
            replaced.close();
        }
    }

    void clear() {
        tables.values().forEach(StepTables::close);
        tables.clear();
    }

    /** Spills about {@code bytes} of tables, those first that no batch has needed for longest. */
    void evictTables(long bytes) {
        record Held(StepTable table, long lastUse) {} // which may go on
        List<Held> coldestFirst = new ArrayList<>();
        tables.values()
                .forEach(held -> held.all().forEach(table -> coldestFirst.add(new Held(table, table.lastUse()))));
        coldestFirst.sort(Comparator.comparingLong(Held::lastUse));
        long freed = 0;
        for (Held held : coldestFirst) {
            freed += freed < bytes ? held.table().spill() : 0;
        }
    }
}
