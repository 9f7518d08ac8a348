/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.lineage.BlocksNode;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.ParallelizedNode;
import dev.millrace.internal.lineage.PersistedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.internal.lineage.TaskObservation;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.AsideBlocks;
import dev.millrace.internal.operators.JobScope;
import dev.millrace.spi.JobLabel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One call of the engine while it runs: its shuffles, what its tasks observed, and whether it was cancelled. Shuffles
 * of a batch outlive the job until the batch ends, so that the next output on the same data does not run them again.
 */
final class Job extends RunningJobs.Running implements StagePlan.KnownSizes {
    final Numbers numbers;
    private final ShuffleStore store;
    private final Map<Long, ShuffleOutput<?, ?, ?>> shuffles = new HashMap<>();
    private final List<ShuffleOutput<?, ?, ?>> owned = new ArrayList<>(); // those that are closed with the job
    private final CacheStore cache;
    private final StepStore steps;
    private final Map<PersistedNode<?>, Long> pinned = new HashMap<>();
    private final List<TaskObservation> observations = new ArrayList<>();
    private int ordered; // how many observations are of stages that have ended, and in order
    private boolean handedOver; // the observations, with the records that tasks put aside
    private final Set<Thread> threads = new HashSet<>();
    private volatile boolean cancelled;

    Job(JobLabel label, Numbers numbers, ShuffleStore store, CacheStore cache, StepStore steps) {
        super(label);
        this.numbers = numbers;
        this.steps = steps;
        this.store = store;
        this.cache = cache;
    }

    /** Counts the stages of an engine, and the attempts at tasks. */
    record Numbers(AtomicInteger stages, AtomicLong tasks) {}

    /** Only the thread of the job asks; tasks start after the shuffles that they read are complete. */
    boolean hasShuffle(ShuffleNode<?, ?, ?> node) {
        if (shuffles.containsKey(node.id())) {
            return true;
        }
        ShuffleOutput<?, ?, ?> kept = store.find(label.batch(), node);
        if (kept != null) {
            shuffles.put(node.id(), kept);
        }
        return kept != null;
    }

    /** An output for a shuffle to be run; this job's until it is complete and kept. */
    <K, V, C> ShuffleOutput<K, V, C> newShuffle(ShuffleNode<K, V, C> node) {
        ShuffleOutput<K, V, C> output = store.make(node);
        owned.add(output);
        return output;
    }

    void addShuffle(ShuffleNode<?, ?, ?> node, ShuffleOutput<?, ?, ?> output) {
        shuffles.put(node.id(), output);
        if (store.keep(label.batch(), node, output)) {
            owned.remove(output);
        }
    }

    @SuppressWarnings("unchecked")
    <K, V, C> ShuffleOutput<K, V, C> shuffle(ShuffleNode<K, V, C> node) {
        ShuffleOutput<?, ?, ?> output = shuffles.get(node.id());
        if (output == null) {
            throw new IllegalStateException(node + " is read before it was run");
        }
        return (ShuffleOutput<K, V, C>) output;
    }

    /** A persisted dataset of which all is held stays so until the job ends. Of shuffles only those that have run are asked for. */
    @Override
    public long records(RddNode<?> node) {
        if (node instanceof ParallelizedNode<?> data) {
            return data.size();
        } else if (node instanceof BlocksNode<?> blocks) {
            return blocks.records();
        } else if (node instanceof ShuffleNode<?, ?, ?> shuffle) {
            return shuffle(shuffle).records();
        } else if (node instanceof MaterializedNode<?> step) {
            return steps.records(step);
        } else if (node instanceof PersistedNode<?> persisted) {
            return pinned(persisted);
        }
        return -1;
    }

    private long pinned(PersistedNode<?> node) {
        Long before = pinned.get(node);
        if (before != null) {
            return before;
        }
        long records = cache.pin(node);
        if (records >= 0) {
            pinned.put(node, records);
        }
        return records;
    }

    synchronized void observed(TaskObservation observation) {
        observations.add(observation);
    }

    /** The observations of a stage that has ended are in the order of its partitions, however its tasks came to their ends. */
    synchronized void stageEnded() {
        observations.subList(ordered, observations.size()).sort(Comparator.comparingInt(TaskObservation::partition));
        ordered = observations.size();
    }

    /** Returns what the tasks observed; the caller closes the quarantined records that it holds. */
    synchronized List<TaskObservation> observations() {
        handedOver = true;
        return List.copyOf(observations);
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Notes that this thread runs a task, so that a cancel can wake it; pair with {@link #leave()}. */
    synchronized void enter() {
        threads.add(Thread.currentThread());
    }

    /** Returns the threads that run tasks of the job now. */
    synchronized List<Thread> threads() {
        return List.copyOf(threads);
    }

    /** Notes that this thread runs no task any more. No cancel reaches it after that, and a late interrupt does not leak into its next work. */
    synchronized void leave() {
        threads.remove(Thread.currentThread());
        if (cancelled) {
            Thread.interrupted();
        }
    }

    /**
     * After each attempt: a function of the program may have left the thread interrupted, which is not for the next one. A cancel
     * is known without it. Outside batches the thread is the program's own, and so are its interrupts.
     */
    synchronized void forgetInterrupt() {
        if (cancelled) {
            Thread.interrupted();
        } else if (label.batch() != null) {
            JobScope.forgetInterrupt();
        }
    }

    @Override
    protected synchronized void cancel() {
        cancelled = true;
        threads.forEach(Thread::interrupt);
    }

    /** Blocks for what an attempt puts aside: in memory while the budget has free room, the rest on disk. */
    AsideBlocks asideBlocks() {
        return new HeldAside(store.space());
    }

    /** The space in which its tasks hold what they cannot pass on at once. */
    MemorySpace space() {
        return store.space();
    }

    void close() {
        if (!handedOver) {
            observations.forEach(task -> task.quarantined().close());
        }
        shuffles.clear();
        owned.forEach(store::close);
        pinned.keySet().forEach(cache::unpin);
    }
}
