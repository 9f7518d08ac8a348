/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.codec.LocalValues;
import dev.millrace.internal.lineage.RestoredTables;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.lineage.StepTable;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.Partitions;
import dev.millrace.internal.runs.RunCopy;
import dev.millrace.internal.runs.RunEntries;
import dev.millrace.rdd.Partitioner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A keyed state: each key goes to the partition that today's partitioner says, and stands there where it has arrived. A small one
 * is put into tables. A larger one is not loaded: its partitions begin with the {@link SharedRuns runs} that have it.
 *
 * @param timed whether keys time out
 * @param before when keys of which no time is known count as touched, in milliseconds
 */
public record RestoredState(StateForm states, Partitioner partitioner, boolean timed, long before, StoredEntries stored)
        implements RestoredTables {
    private static final long SMALL_BYTES = 1 << 18;
    private static final int SMALL_PART = 10; // as a shift, of the budget
    private static final long LEAST_RUN = 1 << 16;
    private static final long MOST_RUN = 1 << 23;
    private static final int RUN_PART = 6; // as a shift, of the budget

    @Override
    public String step() {
        return states.step();
    }

    @Override
    public List<? extends StepTable> in(MemorySpace space) {
        List<StatePartition<Object, Object>> partitions =
                StatePartition.several(space, states, timed, partitioner.numPartitions());
        boolean whole = false;
        try {
            List<RunCopy> runs = runs(space);
            if (runs == null) {
                fill(partitions, HeldStates.kept(space.codec()));
            } else {
                share(new SharedRuns(space, states, partitioner, timed, before, runs), partitions);
            }
            whole = true;
        } finally {
            if (!whole) {
                partitions.forEach(StatePartition::close);
            }
        }
        return partitions;
    }

    private static void share(SharedRuns shared, List<StatePartition<Object, Object>> partitions) {
        try {
            partitions.forEach(partition -> partition.begin(shared));
        } finally {
            shared.release();
        }
    }

    /** Null if it goes into tables: if it is small, and where there is no disk to have it on. */
    private @Nullable List<RunCopy> runs(MemorySpace space) {
        long budget = space.budget().total();
        if (space.isSentOn() || stored.bytes() <= Math.min(SMALL_BYTES, budget >> SMALL_PART)) {
            return null;
        }
        try {
            List<RunCopy> copies = stored.copies(space::newPath);
            if (copies != null) {
                tellIfCopied(copies);
            }
            return copies != null
                    ? copies
                    : encoded(space, Math.max(LEAST_RUN, Math.min(MOST_RUN, budget >> RUN_PART)));
        } catch (IOException | UncheckedIOException e) {
            System.getLogger("dev.millrace.memory")
                    .log(
                            System.Logger.Level.WARNING,
                            "the state " + states.step() + " is loaded into memory as a whole, because there can be no"
                                    + " files for it in millrace.memory.spillDirectory",
                            e);
            return null;
        }
    }

    private void tellIfCopied(List<RunCopy> copies) {
        long bytes = copies.stream().mapToLong(RunCopy::copiedBytes).sum();
        if (bytes > 0) {
            System.getLogger("dev.millrace.memory")
                    .log(
                            System.Logger.Level.INFO,
                            "the start copied " + bytes + " bytes of the state " + states.step()
                                    + " into millrace.memory.spillDirectory, because there can be no link from there to the"
                                    + " checkpoint's files; if the checkpoint is a directory of this machine, a spill"
                                    + " directory on its file system makes a start quicker and takes no space");
        }
    }

    /** Decodes all entries, and writes them as runs of {@code bytes} each, as they are encoded today. */
    private List<RunCopy> encoded(MemorySpace space, long bytes) throws IOException {
        EncodedRuns runs = new EncodedRuns(space, bytes);
        boolean whole = false;
        try {
            stored.forEach(runs::add);
            runs.write();
            whole = true;
            return runs.written;
        } finally {
            if (!whole) {
                runs.written.forEach(RunCopy::delete);
            }
        }
    }

    /** Entries that become runs. */
    private static final class EncodedRuns {
        private final MemorySpace space;
        private final long bytes;
        private final LocalValues values;
        private final HeldStates<Object> states;
        private final List<RunCopy> written = new ArrayList<>();
        private RunEntries open = new RunEntries();

        EncodedRuns(MemorySpace space, long bytes) {
            this.space = space;
            this.bytes = bytes;
            values = space.codec().local();
            states = HeldStates.kept(space.codec());
        }

        void add(StateEntry entry) {
            byte[] state = StateForm.encoded(states.hold(entry.key(), entry.value()), values);
            byte[] key = values.encodeKey(entry.key());
            open.put(key, values.isSorted(), true, state, entry.arrival(), entry.touched());
            if (open.content() >= bytes) {
                write();
            }
        }

        void write() {
            if (open.size() > 0) {
                try {
                    written.add(RunCopy.write(open.sorted(), space.newPath()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e); // who gives on entries declares none
                }
                open = new RunEntries();
            }
        }
    }

    private void fill(List<StatePartition<Object, Object>> partitions, HeldStates<Object> held) {
        stored.forEach(entry -> {
            Object key = entry.key();
            long touched = (timed ? entry.orTouchedAt(before) : entry).touched();
            partitions
                    .get(Partitions.of(partitioner, key, null))
                    .restore(key, StableHash.of(key), held.hold(key, entry.value()), touched, entry.arrival());
        });
    }
}
