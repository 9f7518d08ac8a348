/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.codec.LocalValues;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.runs.RunCursor;
import dev.millrace.internal.runs.RunEntries;
import dev.millrace.internal.runs.RunLevels;
import dev.millrace.internal.runs.RunMerge;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A partition of a state on disk: runs, and in memory what has changed since the newest one. That becomes a run when it has
 * outgrown its share of the budget, and runs are merged in the background. An entry needs no older one of its key to be read, so of several
 * the newest alone counts. After a start the oldest ones are {@link SharedRuns}, for a while.
 *
 * <pre>{@code
 *   change --> recent entries --flush--> run --+
 *                 (memory)               run --+--merge--> run
 *                                        run --+
 *                       shared runs ----split----> run, or a table
 * }</pre>
 *
 * Its partition calls it, one thread at a time; what is said to be in the background goes on meanwhile.
 */
final class StateRuns<K, S> {
    private static final int MOST_RUNS = 40; // a look-up may ask each of them
    private static final int SHARES = 64;
    private static final int WORTHWHILE_PARTS = 4;
    private static final long LEAST_SHARE = 1 << 12;
    private static final long MOST_SHARE = 1 << 23;

    private final MemorySpace space;
    private final StateForm states;
    private final boolean timed;
    private final Object layout = new Object();
    private final long share;
    private RunEntries recent = new RunEntries();
    private int firstUnsettled; // the index of the first recent entry that may still fall due
    private long flushAt;
    private long nextArrival;
    private long size;
    private long sharedSize; // about how many keys are its own in the shared runs, until they are split
    private long tableBytes;
    private long tableEntries;
    private RunVersion version; // guarded by this, as all that follows
    private long settled = Long.MIN_VALUE; // no key is due that was touched before
    private boolean merging;
    private @Nullable RuntimeException failure; // of a merge
    private volatile boolean closed;

    StateRuns(MemorySpace space, StateForm states, boolean timed) {
        this(space, states, timed, null);
    }

    /** @param shared which this partition shares with others */
    StateRuns(MemorySpace space, StateForm states, boolean timed, @Nullable SharedRuns shared) {
        this.space = space;
        this.states = states;
        this.timed = timed;
        version = RunVersion.over(shared);
        nextArrival = shared == null ? 0 : shared.nextArrival();
        sharedSize = shared == null ? 0 : shared.keysOfOne();
        size = sharedSize;
        share = Math.max(LEAST_SHARE, Math.min(MOST_SHARE, space.budget().total() / SHARES));
        flushAt = share;
    }

    /**
     * Adds the entries of a table, none of whose keys is here. If it fails, nothing was added.
     *
     * @param bytes how much memory the table takes
     * @throws dev.millrace.error.CodecException if the codec does not know a type
     */
    void add(StateTable<K, S> table, long bytes) throws IOException {
        List<StateRun> written = new ArrayList<>();
        boolean whole = false;
        try {
            long next = write(table, written);
            whole = true;
            nextArrival = next;
            size += table.size();
            tableEntries += table.size();
            tableBytes += bytes;
            written.forEach(run -> replace(List.of(), run));
        } finally {
            if (!whole) {
                written.forEach(StateRun::release);
            }
        }
        mergeIfDue();
    }

    /** Writes sorted parts of a table, and tells the number of the next arrival. */
    private long write(StateTable<K, S> table, List<StateRun> written) throws IOException {
        LocalValues values = space.codec().local();
        RunEntries part = new RunEntries();
        long next = nextArrival;
        for (int i = 0; i < table.end(); i++) {
            if (table.isLive(i)) {
                byte[] key = values.encodeKey(table.key(i));
                boolean sorted = values.isSorted();
                part.put(key, sorted, true, StateForm.encoded(table.value(i), values), next++, table.touched(i));
                if (part.content() >= share) {
                    written.add(write(part));
                    part = new RunEntries();
                }
            }
        }
        if (part.size() > 0) {
            written.add(write(part));
        }
        return next;
    }

    private StateRun write(RunEntries entries) throws IOException {
        StateRun run = StateRun.write(space, entries.sorted(), timed, settled(), () -> false);
        if (run == null) {
            throw new IllegalStateException("a run was given up that nobody had stopped");
        }
        return run;
    }

    private synchronized long settled() {
        return settled;
    }

    private synchronized void replace(List<StateRun> replaced, StateRun run) {
        version = version.with(replaced, run);
    }

    /**
     * Returns a view of it for a task or a reader, which is to be closed.
     *
     * @throws RuntimeException that a merge has thrown, because a file is damaged, say
     */
    synchronized RunsView<K, S> view() {
        if (failure != null) {
            throw failure;
        }
        return now();
    }

    private synchronized RunsView<K, S> now() {
        return new RunsView<>(space, states, layout, recent, firstUnsettled, version.hold());
    }

    /**
     * Makes it what an overlay shows. If this fails, the overlay may be applied again to what it has become.
     *
     * @param time when the keys that are changed were touched
     * @throws dev.millrace.error.CodecException if the codec does not know a type
     */
    void change(Overlay<K, S> overlay, BatchTime time) {
        try (RunsView<K, S> before = now()) {
            RunChanges<K> changes = new RunChanges<>(
                    recent,
                    before.search(),
                    space.codec().local(),
                    timed ? time.milliseconds() : ChangeBlock.UNTIMED,
                    nextArrival);
            try {
                overlay.forEach(before, changes);
                changes.apply();
            } finally {
                nextArrival = changes.nextArrival();
                size += changes.added();
            }
        }
        if (recent.content() >= flushAt) {
            flush();
            awaitMerges();
        }
    }

    /** Notes that no key is due any more that was touched before {@code limit}, so that such keys are not looked for again. */
    void settle(long limit) {
        RunVersion runs;
        synchronized (this) {
            if (!timed || limit <= settled) {
                return;
            }
            settled = limit;
            runs = version.hold(); // a merge may replace it meanwhile
        }
        while (firstUnsettled < recent.end() && recent.touched(firstUnsettled) < limit) {
            firstUnsettled++;
        }
        try {
            runs.newestFirst().forEach(run -> run.settle(limit));
        } finally {
            runs.release();
        }
    }

    /** Frees memory, unless the run would be so small that merging it costs more than that is worth. */
    void flushIfWorthwhile() {
        if (recent.content() >= flushAt / WORTHWHILE_PARTS) {
            flush();
        }
    }

    /** Makes a run of what has changed; if that cannot be written, it stays in memory. */
    private void flush() {
        try {
            replace(List.of(), write(recent));
        } catch (IOException e) {
            space.staysInMemory(e);
            flushAt = 2 * recent.content();
            return;
        }
        recent = new RunEntries();
        firstUnsettled = 0;
        flushAt = share;
        mergeIfDue();
    }

    /** Waits while there are so many runs that look-ups would be slow, until merges have caught up. */
    private synchronized void awaitMerges() {
        boolean interrupted = false;
        while (merging && !closed && version.newestFirst().size() > MOST_RUNS) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void mergeIfDue() {
        synchronized (this) {
            if (merging || closed || RunLevels.next(version.sizes()) == null) {
                return;
            }
            merging = true;
        }
        try {
            space.background().execute(this::mergeAll);
        } catch (RejectedExecutionException e) { // the engine is being closed
            mergeFailed(null, null);
        }
    }

    /** Merges runs as long as that is due. In the background. */
    private void mergeAll() {
        boolean more = true;
        while (more) {
            try {
                more = mergeOnce();
            } catch (IOException e) { // the next flush tries again
                more = false;
                mergeFailed(closed ? null : e, null);
            } catch (RuntimeException e) {
                more = false;
                mergeFailed(null, e);
            } catch (Error e) { // a batch that waits for merges must not wait forever
                more = false;
                mergeFailed(null, new MillraceException("a state on disk cannot be merged: " + e, e));
            }
        }
    }

    private void mergeFailed(@Nullable IOException cannotWrite, @Nullable RuntimeException other) {
        if (cannotWrite != null) {
            space.staysInMemory(cannotWrite);
        }
        synchronized (this) {
            failure = other; // the next batch fails with it
            merging = false;
            notifyAll();
        }
    }

    /** Returns whether there may be more to merge. */
    private boolean mergeOnce() throws IOException {
        RunVersion before;
        RunLevels.Range range;
        long from;
        synchronized (this) {
            range = closed ? null : RunLevels.next(version.sizes());
            if (range == null) {
                merging = false; // whoever adds a run from now on begins the next merge
                notifyAll();
                return false;
            }
            before = version.hold();
            from = settled;
        }
        List<StateRun> merged = before.newestFirst().subList(range.from(), range.to());
        boolean oldest =
                before.shared() == null && range.to() == before.newestFirst().size();
        List<RunCursor> cursors = new ArrayList<>();
        merged.forEach(run -> cursors.add(run.run().cursor()));
        try (RunMerge entries = new RunMerge(cursors, oldest)) {
            StateRun run = StateRun.write(space, entries, timed, from, () -> closed);
            if (run != null) {
                swapIn(merged, run);
            }
            return run != null;
        } finally {
            before.release();
        }
    }

    /** The runs that it shares with others; null if there are none, or no longer. */
    synchronized @Nullable SharedRuns shared() {
        return version.shared();
    }

    /** Takes its own part of what it has shared. */
    void split(SplitPart part) {
        size += part.keys() - sharedSize;
        tableEntries += part.keys();
        tableBytes += part.tableBytes();
        synchronized (this) {
            version = version.split(part.run());
        }
        mergeIfDue();
    }

    /** A table that was its own part of what it has shared, brought up to date; null if that cannot be, and then the next batch fails. */
    @Nullable
    StateTable<K, S> splitTable(SplitPart part) {
        StateTable<K, S> table = part.tableOf();
        SharedRuns shared = Objects.requireNonNull(shared());
        try (RunsView<K, S> view = view();
                RunCursor late = view.changes()) {
            new LateChanges<>(table, space.codec().local(), states, shared.nextArrival()).apply(late);
            return table;
        } catch (MillraceException e) {
            part.close();
            synchronized (this) {
                failure = e;
            }
            return null;
        }
    }

    private synchronized void swapIn(List<StateRun> merged, StateRun run) {
        if (closed) {
            run.release();
        } else {
            replace(merged, run);
            notifyAll();
        }
    }

    /** The number of keys; about, as long as it shares runs with others. */
    long size() {
        return size;
    }

    /** The memory that it takes. */
    long bytes() {
        return recent.bytes() + bytesOfRuns();
    }

    private synchronized long bytesOfRuns() {
        SharedRuns shared = version.shared();
        return version.newestFirst().stream().mapToLong(StateRun::memoryBytes).sum()
                + (shared == null ? 0 : shared.bytesOfOne());
    }

    /** About how much memory it takes as a table. */
    long tableBytes() {
        return tableEntries == 0 ? 0 : (long) ((double) tableBytes / tableEntries * size);
    }

    /** Deletes its files, when the last of its readers has gone. */
    void close() {
        RunVersion last;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            last = version;
            notifyAll();
        }
        last.release();
    }
}
