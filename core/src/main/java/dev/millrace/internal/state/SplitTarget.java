/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.codec.LocalValues;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.Reservation;
import dev.millrace.internal.memory.Sampler;
import dev.millrace.internal.operators.OrderedMap;
import dev.millrace.internal.runs.RunCursor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The entries that one partition gets of shared runs, in their order: a table while memory is free for it, else a run. One
 * thread.
 */
final class SplitTarget implements AutoCloseable {
    private static final int MOST_ROOM = 1 << 26;

    private final MemorySpace space;
    private final StateForm states;
    private final boolean timed;
    private final int together;
    private final Reservation room;
    private final Sampler sizes = new Sampler();
    private final ArrivalOrder order = new ArrivalOrder();
    private @Nullable StateTable<Object, Object> table;
    private StateRun.@Nullable Writer run;
    private long keys;
    private boolean finished;

    /** @param together how many there are at a time */
    SplitTarget(MemorySpace space, SharedRuns shared, boolean timed, int together) {
        this.space = space;
        this.states = shared.states();
        this.timed = timed;
        this.together = together;
        room = space.reservation();
        int expected = (int) Math.min(shared.keysOfOne() + shared.keysOfOne() / 32, MOST_ROOM); // not all get the same
        if (room.tryGrowFree(OrderedMap.bytesFor(expected) + ArrivalOrder.bytesFor(expected) + shared.contentOfOne())) {
            table = new StateTable<>(timed, expected);
        }
    }

    void add(RunCursor entry, Object key, int hash, LocalValues values) throws IOException {
        keys++;
        boolean isDue = sizes.isDue();
        StateTable<Object, Object> kept = table;
        Object state = kept != null || isDue
                ? states.held(values, entry.valueArray(), entry.valueFrom(), entry.valueTo())
                : null;
        if (isDue) {
            sizes.add(0, key, state);
            sizes.next();
        }
        if (kept == null || state == null) {
            writer().add(entry);
            return;
        }
        kept.load(key, hash, state, entry.touched());
        order.add(entry.arrival());
        if (isDue && !room.tryGrowFree(kept.bytes() + order.bytes() + keys * sizes.mean())) {
            toRun(kept, values);
        }
    }

    private StateRun.Writer writer() throws IOException {
        StateRun.Writer open = run;
        if (open == null) {
            open = new StateRun.Writer(space, timed, Long.MIN_VALUE, together);
            run = open;
        }
        return open;
    }

    /** There is no room: what has come, which has come in the order of a run, begins one. */
    private void toRun(StateTable<Object, Object> from, LocalValues values) throws IOException {
        StateRun.Writer target = writer();
        try (TableCursor entries = new TableCursor(from, order, values)) {
            while (entries.next()) {
                target.add(entries);
            }
        }
        table = null;
        order.clear();
        room.close();
    }

    /** All have come. */
    SplitPart finish() throws IOException {
        StateTable<Object, Object> kept = table;
        long bytes = OrderedMap.bytesFor((int) Math.min(keys, MOST_ROOM)) + keys * sizes.mean();
        if (kept != null) {
            kept.loaded(order.sorted());
            bytes = kept.bytes() + keys * sizes.mean();
            room.setTo(bytes);
        }
        StateRun written = run == null ? null : run.finish();
        finished = true;
        return new SplitPart(written, kept, room, keys, bytes);
    }

    @Override
    public void close() {
        if (!finished) {
            room.close();
        }
        if (run != null) {
            try {
                run.close();
            } catch (IOException e) {
                System.getLogger("dev.millrace.memory")
                        .log(System.Logger.Level.DEBUG, "a spill file stays until its directory goes: {0}", e);
            }
        }
    }
}
