/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.error.CancelledException;
import dev.millrace.error.RefusedException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.QuarantinedRecords;
import dev.millrace.internal.lineage.TaskObservation;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.rdd.AccumulatorV2;
import dev.millrace.rdd.TaskCompletionListener;
import dev.millrace.rdd.TaskContext;
import dev.millrace.rdd.TaskFailureListener;
import dev.millrace.spi.JobLabel;
import dev.millrace.spi.QuarantinedRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at one task: what it may know, what it counts, and what is closed when it ends. Belongs to the thread
 * that runs the task; {@link #current()} finds it there. The counts of an attempt become visible only if it wins.
 */
public final class TaskScope extends TaskContext implements AutoCloseable {
    private static final ThreadLocal<@Nullable TaskScope> CURRENT = new ThreadLocal<>();

    private final TaskPlace place;
    private final BooleanSupplier cancelled;
    private final List<AutoCloseable> resources = new ArrayList<>();
    private final List<EndOfAttempt> ends = new ArrayList<>();
    private final Map<Long, AccumulatorV2<?, ?>> accumulated = new HashMap<>();
    private final Map<Long, List<LeafIterator<?>>> inputs = new HashMap<>();
    private final Supplier<AsideBlocks> asideBlocks;
    private final Supplier<MemorySpace> space;
    private @Nullable TaskListeners listeners; // if there are any
    private @Nullable AsideRecords aside;
    private int quarantined;
    private boolean ended;
    private @Nullable Throwable failure;

    private TaskScope(
            TaskPlace place,
            BooleanSupplier cancelled,
            Supplier<AsideBlocks> asideBlocks,
            Supplier<MemorySpace> space) {
        this.place = place;
        this.cancelled = cancelled;
        this.asideBlocks = asideBlocks;
        this.space = space;
    }

    /** Opens a scope whose observation travels to another process, and that holds what it must in memory. */
    public static TaskScope open(TaskPlace place, BooleanSupplier cancelled) {
        return open(place, cancelled, AsideBlocks::travelling, () -> MemorySpace.ofTask(ValueCodec.builtIn()));
    }

    /**
     * Opens a scope on this thread; {@link #close()} ends it.
     *
     * @param asideBlocks where it holds what it puts aside, asked if there is anything
     * @param space where operators hold what they cannot pass on at once, asked by those
     */
    public static TaskScope open(
            TaskPlace place,
            BooleanSupplier cancelled,
            Supplier<AsideBlocks> asideBlocks,
            Supplier<MemorySpace> space) {
        TaskScope scope = new TaskScope(place, cancelled, asideBlocks, space);
        CURRENT.set(scope);
        return scope;
    }

    public static @Nullable TaskScope current() {
        return CURRENT.get();
    }

    @Override
    public int partitionId() {
        return place.partition();
    }

    @Override
    public int numPartitions() {
        return place.partitions().getAsInt();
    }

    @Override
    public int attemptNumber() {
        return place.attempt();
    }

    @Override
    public long taskAttemptId() {
        return place.id();
    }

    @Override
    public int stageId() {
        return place.stage();
    }

    @Override
    public int stageAttemptNumber() {
        return place.stageAttempt();
    }

    @Override
    public JobLabel label() {
        return place.label();
    }

    @Override
    public @Nullable String getLocalProperty(String key) {
        return place.properties().apply(key);
    }

    @Override
    public boolean isInterrupted() {
        return cancelled.getAsBoolean();
    }

    @Override
    public boolean isCompleted() {
        return ended;
    }

    @Override
    public boolean isFailed() {
        return failure != null;
    }

    @Override
    public TaskContext addTaskCompletionListener(TaskCompletionListener listener) {
        listeners().add(listener);
        return this;
    }

    @Override
    public TaskContext addTaskFailureListener(TaskFailureListener listener) {
        listeners().add(listener);
        return this;
    }

    private TaskListeners listeners() {
        if (listeners == null) {
            listeners = new TaskListeners(this, failure, ended);
        }
        return listeners;
    }

    /** The attempt has failed; {@link #close()} follows. */
    public void failed(Throwable error) {
        failure = error;
        if (listeners != null) {
            listeners.failed(error);
        }
    }

    /** The space in which an operator holds what it cannot pass on at once. */
    public MemorySpace space() {
        return space.get();
    }

    public void checkCancelled() {
        if (cancelled.getAsBoolean()) {
            throw new CancelledException("the task of partition " + place.partition() + " was cancelled");
        }
    }

    /** Throws if the task that runs on this thread was cancelled; does nothing outside of tasks. */
    public static void checkCurrent() {
        TaskScope task = CURRENT.get();
        if (task != null) {
            task.checkCancelled();
        }
    }

    /**
     * The part of an accumulator to which this attempt adds.
     *
     * @param made makes it, the first time
     */
    public AccumulatorV2<?, ?> part(Long accumulator, Supplier<? extends AccumulatorV2<?, ?>> made) {
        AccumulatorV2<?, ?> part = accumulated.get(accumulator);
        if (part == null) {
            part = made.get();
            accumulated.put(accumulator, part);
        }
        return part;
    }

    /** Records of a leaf: cancellable, and closed with the task if they can be closed. */
    public <T> LeafIterator<T> leaf(Iterator<T> records) {
        return new LeafIterator<>(owned(records), this, null);
    }

    /** Makes records a leaf of the task that runs on this thread; outside of tasks they stay as they are. */
    public static <T> Iterator<T> inTask(Iterator<T> records) {
        TaskScope task = CURRENT.get();
        return task == null ? records : task.leaf(records);
    }

    private <T> Iterator<T> owned(Iterator<T> records) {
        if (records instanceof AutoCloseable resource) {
            resources.add(resource);
        }
        return records;
    }

    /** Records of a leaf where data enters: counted too, and none of them may be null. */
    public <T> Iterator<T> input(long node, Operator operator, Iterator<T> records) {
        LeafIterator<T> leaf = new LeafIterator<>(owned(records), this, operator);
        inputs.computeIfAbsent(node, id -> new ArrayList<>()).add(leaf);
        return leaf;
    }

    /** Hears whether an attempt counts. */
    public interface EndOfAttempt {
        void ended(boolean won);
    }

    /** Has something called when the attempt has won or lost, after its resources are closed. */
    public void atEnd(EndOfAttempt action) {
        ends.add(action);
    }

    public void ended(boolean won) {
        ends.forEach(action -> action.ended(won));
        ends.clear();
        if (!won && aside != null) {
            aside.close();
        }
    }

    /**
     * Puts a piece of input or a record aside; it counts only if this attempt wins.
     *
     * @param most how many a batch may have, so that a task ends early if they are more
     */
    public void quarantine(QuarantinedRecord record, int most) {
        if (quarantined >= most) {
            throw tooManyQuarantined(record, most);
        }
        if (aside == null) {
            aside = new AsideRecords(asideBlocks.get());
        }
        quarantined++;
        aside.add(record);
    }

    /** The refusal of a batch that puts aside more than {@code most}. */
    public static RefusedException tooManyQuarantined(QuarantinedRecord last, int most) {
        return new RefusedException("more than " + most + " records of one batch could not be used, among them "
                + last.place() + " at " + last.operator() + ": " + last.error()
                + "; look whether this input is what it should be, or raise " + Options.QUARANTINE_MOST.key()
                + ", which is 0 for no limit");
    }

    /** The observation of the attempt until now. */
    public TaskObservation observation() {
        Map<Long, Long> read = new HashMap<>();
        inputs.forEach((node, leaves) ->
                read.put(node, leaves.stream().mapToLong(LeafIterator::count).sum()));
        return new TaskObservation(
                place.partition(),
                place.attempt(),
                read,
                Map.copyOf(accumulated),
                aside == null ? QuarantinedRecords.NONE : aside.untilNow());
    }

    @Override
    public void close() throws Exception {
        ended = true;
        try {
            if (listeners != null) {
                listeners.completed();
            }
        } finally {
            CURRENT.remove();
            for (AutoCloseable resource : resources) {
                resource.close();
            }
        }
    }
}
