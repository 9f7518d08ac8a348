/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.changes.ChangeBlock.Change;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.internal.runs.RunCursor;
import dev.millrace.internal.runs.RunEntries;
import dev.millrace.internal.runs.RunMerge;
import java.util.ArrayList;
import java.util.List;

/**
 * The view that one task or reader has of a partition on disk: the runs that there were when it began, and what has changed since the newest of
 * them. Places are numbers of arrival. To be closed by whoever opened it.
 */
final class RunsView<K, S> implements StateBase<K, S>, AutoCloseable {
    private static final int CHECK_MASK = 1023;

    private final MemorySpace space;
    private final StateForm states;
    private final Object layout;
    private final RunEntries recent;
    private final int firstUnsettled;
    private final RunVersion version;
    private final List<ArrivalSort<K>> sorts = new ArrayList<>();
    private boolean closed;

    /**
     * @param firstUnsettled the first of the recent entries by whose touch a key may be found
     * @param version held for it
     */
    RunsView(
            MemorySpace space,
            StateForm states,
            Object layout,
            RunEntries recent,
            int firstUnsettled,
            RunVersion version) {
        this.space = space;
        this.states = states;
        this.layout = layout;
        this.recent = recent;
        this.firstUnsettled = firstUnsettled;
        this.version = version;
    }

    @Override
    public Object layout() {
        return layout;
    }

    @Override
    public LookUps<K> lookUps() {
        return new RunLookUps<>(search(), space.codec().local(), states);
    }

    KeySearch search() {
        return new KeySearch(recent, version.runs());
    }

    /** All entries, in the order of a run; to be closed. */
    private RunCursor merged() {
        if (version.shared() != null) {
            throw new IllegalStateException("what a partition shares with others is not split yet");
        }
        return merged(true);
    }

    private RunCursor merged(boolean oldest) {
        List<RunCursor> newestFirst = new ArrayList<>(List.of(recent.sorted()));
        for (StateRun run : version.newestFirst()) {
            newestFirst.add(run.run().cursor());
        }
        return new RunMerge(newestFirst, oldest);
    }

    @Override
    public ArrivalSort<K> entries() {
        ArrivalSort<K> sort = sort();
        TaskScope scope = TaskScope.current();
        try (RunCursor all = merged()) {
            for (int count = 1; all.next(); count++) {
                sort.add(
                        all.arrival(),
                        all.touched(),
                        all.isSorted(),
                        all.keyArray(),
                        all.keyFrom(),
                        all.keyTo(),
                        all.valueArray(),
                        all.valueFrom(),
                        all.valueTo());
                if ((count & CHECK_MASK) == 0 && scope != null) {
                    scope.checkCancelled();
                }
            }
        }
        return sort;
    }

    /** Adds all entries in order of arrival to a table that has none of them. */
    void addTo(StateTable<K, S> table) {
        try (ArrivalSort<K> entries = entries()) {
            while (entries.next()) {
                table.load(entries.key(), entries.hash(), entries.held(), entries.touched());
            }
        }
    }

    /** The changes since the runs that the partition shares with others, in the order of a run; to be closed. */
    RunCursor changes() {
        return merged(false);
    }

    private ArrivalSort<K> sort() {
        ArrivalSort<K> sort = new ArrivalSort<>(space, states);
        sorts.add(sort);
        return sort;
    }

    @Override
    public StateEntries<K> touchedBefore(long limit) {
        DueKeys<K> due = new DueKeys<>(limit, search(), sort());
        for (int entry = firstUnsettled; entry < recent.end() && recent.touched(entry) < limit; entry++) {
            if (recent.isCurrent(entry) && recent.change(entry) != Change.REMOVE) {
                due.key(recent.array(), recent.keyFrom(entry), recent.keyTo(entry));
            }
        }
        for (StateRun run : version.newestFirst()) {
            TouchedKeys touched = run.touched();
            if (touched != null) {
                touched.before(limit, (array, from, to) -> {
                    if (recent.find(array, from, to) < 0) {
                        due.key(array, from, to);
                    }
                });
            }
        }
        return due.found();
    }

    @Override
    public void close() {
        sorts.forEach(ArrivalSort::close);
        if (!closed) { // a reader is closed at its end, and with its task
            closed = true;
            version.release();
        }
    }
}
