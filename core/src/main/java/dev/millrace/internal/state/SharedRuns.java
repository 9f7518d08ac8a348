/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.internal.runs.DatedCursor;
import dev.millrace.internal.runs.Run;
import dev.millrace.internal.runs.RunCopy;
import dev.millrace.internal.runs.RunCursor;
import dev.millrace.internal.runs.RunMerge;
import dev.millrace.rdd.Partitioner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The runs in which a checkpoint has a state, of all its partitions together. Keys are looked up in them as they are, since each is asked for by
 * its own partition alone. Once a batch has changed something they are split among the partitions in the background, so that this takes no time from the
 * start; a task that needs all entries of one waits for that.
 *
 * <pre>{@code
 *   links to files of the checkpoint --split--> a part for each partition: a table, or a run of its own
 * }</pre>
 *
 * Each version of a partition that has them holds them. Safe for several threads.
 */
final class SharedRuns {
    private static final System.Logger LOG = System.getLogger("dev.millrace.memory");

    private enum Split {
        NOT_BEGUN,
        UNDER_WAY,
        FAILED,
        DONE
    }

    private final MemorySpace space;
    private final StateForm states;
    private final Partitioner partitioner;
    private final boolean timed;
    private final long before;
    private final List<StateRun> newestFirst;
    private final List<Run> runs;
    private int holders = 1; // its maker; guarded by this, as all that follows
    private Split split = Split.NOT_BEGUN;
    private @Nullable RuntimeException failure;
    private @Nullable SplitPart[] parts = {};
    private volatile boolean closed;

    /**
     * @param before when keys of which no time is known count as touched
     * @param copies newest first; deleted when this has no holder any more
     */
    SharedRuns(
            MemorySpace space,
            StateForm states,
            Partitioner partitioner,
            boolean timed,
            long before,
            List<RunCopy> copies) {
        this.space = space;
        this.states = states;
        this.partitioner = partitioner;
        this.timed = timed;
        this.before = before;
        newestFirst = copies.stream().map(StateRun::of).toList();
        runs = newestFirst.stream().map(StateRun::run).toList();
    }

    /** Newest first. */
    List<Run> runs() {
        return runs;
    }

    StateForm states() {
        return states;
    }

    /** One more than the greatest arrival. */
    long nextArrival() {
        return runs.stream().mapToLong(run -> run.summary().nextArrival()).max().orElse(0);
    }

    /** About how many keys a partition has. */
    long keysOfOne() {
        return runs.stream().mapToLong(run -> run.summary().puts()).sum() / partitioner.numPartitions();
    }

    /** About how many bytes the keys and states of a partition have. */
    long contentOfOne() {
        return runs.stream().mapToLong(run -> run.summary().contentBytes()).sum() / partitioner.numPartitions();
    }

    /** Returns whether some key may have been touched before {@code limit} for the last time. */
    boolean mayHaveTouchedBefore(long limit) {
        return limit == Long.MAX_VALUE
                || timed
                        && (before < limit
                                || runs.stream().anyMatch(run -> run.summary().leastTouched() < limit));
    }

    /** The memory that it takes, for each partition. */
    long bytesOfOne() {
        return newestFirst.stream().mapToLong(StateRun::memoryBytes).sum() / partitioner.numPartitions();
    }

    /** All entries, in the order of a run; to be closed. */
    RunCursor entries() {
        List<RunCursor> cursors = new ArrayList<>();
        runs.forEach(run -> cursors.add(run.cursor()));
        RunMerge all = new RunMerge(cursors, true);
        return timed ? new DatedCursor(all, before) : all;
    }

    synchronized SharedRuns hold() {
        holders++;
        return this;
    }

    synchronized void release() {
        if (--holders == 0) {
            closed = true;
            freeIfUnused();
            notifyAll();
        }
    }

    private synchronized void freeIfUnused() {
        if (closed && split != Split.UNDER_WAY) {
            newestFirst.forEach(StateRun::release);
            for (SplitPart part : parts) {
                if (part != null) {
                    part.close();
                }
            }
            parts = new SplitPart[0];
        }
    }

    /** A batch that has ended has changed so many states of a partition. After the first one that has, they are split in the background. */
    void changed(int states) {
        synchronized (this) {
            if (states == 0 || split != Split.NOT_BEGUN) {
                return;
            }
        }
        beginSplit();
    }

    private void beginSplit() {
        synchronized (this) {
            if (closed || split == Split.UNDER_WAY || split == Split.DONE) {
                return;
            }
            split = Split.UNDER_WAY;
        }
        try {
            space.background().execute(this::split);
        } catch (RejectedExecutionException e) {
            failed(new MillraceException("the state " + states.step() + " cannot be read: the engine is closed", e));
        }
    }

    private void split() {
        try {
            done(new StateSplit(space, this, partitioner, timed, () -> closed).run());
        } catch (IOException e) {
            failed(space.cannotSpill(e));
        } catch (RuntimeException e) {
            tell(e);
            failed(e);
        } catch (Error e) { // of the program's own classes, say; a batch that waits for the split must not wait forever
            tell(e);
            failed(new MillraceException(
                    "the state " + states.step() + " cannot be split among its partitions: " + e, e));
        }
    }

    /** Tells at once: if no task ever waits for the split, no batch fails with it. */
    private void tell(Throwable reason) {
        LOG.log(
                System.Logger.Level.WARNING,
                "the state " + states.step()
                        + " cannot be split among its partitions. Its keys are looked up in links to"
                        + " the checkpoint's files, which take space until the program ends; a batch that needs all"
                        + " keys of a partition tries to split it again",
                reason);
    }

    private synchronized void done(@Nullable SplitPart[] made) {
        parts = made;
        split = Split.DONE;
        freeIfUnused();
        notifyAll();
    }

    private synchronized void failed(RuntimeException reason) {
        failure = reason;
        split = Split.FAILED;
        freeIfUnused();
        notifyAll();
    }

    /**
     * Waits until they are split; tries again if that has failed.
     *
     * @throws RuntimeException if it fails again
     */
    void awaitSplit() {
        beginSplit();
        TaskScope scope = TaskScope.current();
        boolean interrupted = false;
        synchronized (this) {
            while (split == Split.UNDER_WAY) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                    if (scope != null) {
                        scope.checkCancelled();
                    }
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (split == Split.FAILED && failure != null) {
                throw failure;
            }
        }
    }

    /** Hands over the part of a partition; null if they are not split yet. */
    synchronized @Nullable SplitPart take(int partition) {
        if (split != Split.DONE || partition >= parts.length) {
            return null;
        }
        SplitPart part = parts[partition];
        parts[partition] = null;
        return part;
    }
}
