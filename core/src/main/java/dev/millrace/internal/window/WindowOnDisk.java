/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.SizeEstimate;
import dev.millrace.internal.memory.Spill;
import dev.millrace.internal.operators.ArrivalMerge;
import dev.millrace.internal.operators.OrderedMap;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a window on disk: a row a key, and the panes, both in buckets by the hash of the key.
 *
 * <pre>{@code
 *   rows of the slide before --+
 *   panes that leave ----------+--> one bucket after the other in memory --> rows of this slide --> the window, in order
 *   panes that come -----------+                                                                    of latest arrival
 * }</pre>
 *
 * So a slide reads and writes each key once, which its result does too, and beside that reads what comes and what leaves.
 *
 * @param <V> the value of a key in a pane
 * @param <R> the value of a key in the window
 */
abstract class WindowOnDisk<K, V, R> implements Contents.OnDisk<List<WindowContents.Pane<K, V>>, Tuple2<K, R>> {
    private static final long NONE = Long.MIN_VALUE;
    private static final int SIDE = 0; // the only one
    static final int ARRIVAL = 0;
    static final int KEY = 1;

    private final MemorySpace space;
    private final WindowShape shape;
    private final int parts; // of a row
    private final PanesOnDisk panes;
    private @Nullable Spill rows; // in order of latest arrival
    private long newest = NONE; // the last pane that is in it; NONE too while it is changed

    /**
     * @param parts of a row: its latest arrival, its key, and what else is kept of it
     * @param buckets to begin with
     */
    WindowOnDisk(MemorySpace space, WindowShape shape, int parts, int buckets) {
        this.space = space;
        this.shape = shape;
        this.parts = parts;
        panes = new PanesOnDisk(space, buckets);
    }

    /**
     * One move of the window.
     *
     * @param from the newest pane before
     * @param to the newest pane now
     * @param anew whether rows are to be made from all panes
     */
    record Slide(long from, long to, boolean anew) {}

    @Override
    public final void slide(
            BatchTime time, List<WindowContents.Pane<K, V>> given, Room room, Consumer<Tuple2<K, R>> sink) {
        long to = shape.number(time);
        long from = newest;
        newest = NONE; // until this has gone well
        boolean empty = from == NONE || from >= to || to - from > shape.slide();
        if (empty) {
            close();
            from = to - shape.length();
        }
        add(given, from, to);
        while (empty && panes.hasTooFewBuckets()) {
            panes.moreBuckets();
            add(given, from, to);
        }
        Spill moved = move(new Slide(from, to, empty || !isIncremental()), room);
        become(moved);
        give(moved, sink);
        panes.leave(SIDE, to - shape.length());
        newest = panes.hasTooFewBuckets() ? NONE : to; // if it has grown, the next slide makes more of them
    }

    private void add(List<WindowContents.Pane<K, V>> given, long from, long to) {
        for (WindowContents.Pane<K, V> pane : given) {
            long number = shape.number(pane.time());
            if (number > Math.max(from, to - shape.length()) && number <= to) {
                panes.add(SIDE, number, pane.records().get());
            }
        }
    }

    private Spill move(Slide slide, Room room) {
        try {
            return moved(slide, room);
        } catch (WindowContents.InverseFailure e) {
            return moved(new Slide(slide.to() - shape.length(), slide.to(), true), room);
        }
    }

    private Spill moved(Slide slide, Room room) {
        begin(slide);
        Spill moved = space.spill(panes.buckets(), parts);
        Spill before = slide.anew() ? null : rows;
        try (Spill.Reading reading = before == null ? null : before.reading()) {
            for (int bucket = 0; bucket < panes.buckets(); bucket++) {
                OrderedMap<K, Object[]> held = OrderedMap.ofKept(0);
                if (reading != null) {
                    TaskScope.checkCurrent();
                    reading.read(bucket).forEachRemaining(row -> held.append(key(row), hash(row), row));
                }
                move(bucket, slide, held);
                room.has(held.bytes() + WindowContents.sampled(held, i -> SizeEstimate.of(held.value(i))));
                write(held, moved, bucket);
            }
            end();
            moved.complete();
            return moved;
        } catch (Throwable e) {
            moved.close();
            throw e;
        } finally {
            panes.endReading();
        }
    }

    private static void write(OrderedMap<?, Object[]> held, Spill moved, int bucket) {
        for (int i = 0; i < held.end(); i++) {
            if (held.isLive(i)) {
                moved.add(bucket, held.value(i));
            }
        }
        moved.end(bucket);
    }

    private void become(Spill moved) {
        forgetRows();
        rows = moved;
    }

    private void forgetRows() {
        if (rows != null) {
            rows.close();
            rows = null;
        }
    }

    private void give(Spill moved, Consumer<Tuple2<K, R>> sink) {
        try (Spill.Reading reading = moved.reading()) {
            List<Iterator<Object[]>> sequences = new ArrayList<>();
            for (int bucket = 0; bucket < panes.buckets(); bucket++) {
                sequences.add(reading.read(bucket));
            }
            TaskScope.inTask(new ArrivalMerge<>(sequences, row -> new Tuple2<>(this.<K>key(row), value(row))))
                    .forEachRemaining(sink);
        }
        if (!isIncremental()) {
            forgetRows();
        }
    }

    @SuppressWarnings("unchecked") // as it was written
    final <T> T key(Object[] row) {
        return (T) row[KEY];
    }

    static int hash(Object[] row) {
        return StableHash.of(row[KEY]);
    }

    /** The row of the key of a record that enters: at the end, with the arrival of the record. */
    final Object[] entered(OrderedMap<K, Object[]> held, Object[] record) {
        K key = key(record);
        int hash = StableHash.of(key);
        int index = held.find(key, hash);
        Object[] row;
        if (index < 0) {
            row = new Object[parts];
            held.append(key, hash, row);
        } else {
            row = held.value(index);
            held.moveToEnd(index, key);
        }
        row[ARRIVAL] = record[ARRIVAL];
        row[KEY] = key;
        return row;
    }

    /** Goes through the records of a bucket in panes later than {@code after}, up to {@code until}; arrival, key, value. */
    final void read(long after, long until, int bucket, PanesOnDisk.Reader reader) {
        panes.read(SIDE, after, until, bucket, reader);
    }

    final WindowShape shape() {
        return shape;
    }

    final int buckets() {
        return panes.buckets();
    }

    /** Returns whether a slide begins with the rows that the slide before left. */
    boolean isIncremental() {
        return true;
    }

    /** Called before the buckets are moved. */
    void begin(Slide slide) {}

    /** Called when all buckets are moved. */
    void end() {}

    /**
     * Makes of the rows of a bucket as they were what they are now.
     *
     * @param held the rows in order of latest arrival; none if they are made anew
     */
    abstract void move(int bucket, Slide slide, OrderedMap<K, Object[]> held);

    /** The value of a key in the window. */
    abstract R value(Object[] row);

    @Override
    public final long expandedBytes() {
        return panes.expandedBytes();
    }

    @Override
    public boolean isStuck() {
        return panes.isStuck() || rows != null && rows.bytesInMemory() > 0;
    }

    @Override
    public void close() {
        newest = NONE;
        panes.close();
        forgetRows();
    }
}
