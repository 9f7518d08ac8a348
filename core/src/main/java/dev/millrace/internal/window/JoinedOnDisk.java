/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.Tuple2;
import dev.millrace.Tuple4;
import dev.millrace.internal.joins.JoinKind;
import dev.millrace.internal.joins.SpilledGroups;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.memory.ConcatIterator;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.SizeEstimate;
import dev.millrace.internal.operators.OrderedMap;
import dev.millrace.internal.operators.SpillingSort;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.streaming.BatchTime;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * {@link JoinedWindows} on disk: the panes of both sides in buckets by the hash of the key.
 *
 * <ol>
 *   <li>Of one bucket after the other the keys are read, to find those that give pairs, and when each arrived last.
 *   <li>Their rows are sorted by that, the right ones before the left ones, beyond memory if need be.
 *   <li>So they come key by key, and are joined while they are read: a key may have more rows than there is room for.
 * </ol>
 *
 * A slide so reads the panes of both windows. Not thread safe.
 */
@SuppressWarnings("NullAway") // keys and values may be null
final class JoinedOnDisk<K> implements Contents.OnDisk<JoinedWindows.Sides<K>, Object> {
    private static final long NONE = Long.MIN_VALUE;
    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final long LATEST_BYTES = 32;

    /** Rows of a key, by the latest arrival of the key; those of the right side first. */
    private static final Comparator<Tuple4<Long, Integer, Object, Object>> BY_KEY = (first, second) -> {
        int byArrival = Long.compare(first._1(), second._1());
        return byArrival != 0 ? byArrival : Integer.compare(second._2(), first._2());
    };

    private final Operator operator;
    private final JoinKind kind;
    private final long[] lengths; // in milliseconds
    private final MemorySpace space;
    private final PanesOnDisk panes;
    private long newest = NONE; // the time of the last slide; that too while it is changed

    JoinedOnDisk(Operator operator, JoinKind kind, long[] lengths, MemorySpace space) {
        this.operator = operator;
        this.kind = kind;
        this.lengths = lengths;
        this.space = space;
        panes = new PanesOnDisk(space, 1);
    }

    @Override
    public void slide(BatchTime time, JoinedWindows.Sides<K> given, Room room, Consumer<Object> sink) {
        long to = time.milliseconds();
        long from = newest;
        newest = NONE; // until this has gone well
        if (from >= to) {
            from = NONE;
        }
        if (from == NONE) {
            panes.close();
        }
        for (int side = 0; side < lengths.length; side++) {
            panes.leave(side, to - lengths[side]);
        }
        add(given, from);
        while (panes.hasTooFewBuckets()) {
            panes.moreBuckets();
            add(given, NONE);
        }
        try (SpillingSort<Tuple4<Long, Integer, Object, Object>> rows = new SpillingSort<>(space, BY_KEY)) {
            for (int bucket = 0; bucket < panes.buckets(); bucket++) {
                addRows(bucket, room, rows);
            }
            panes.endReading();
            give(rows.result(), sink);
        }
        newest = to;
    }

    private void add(JoinedWindows.Sides<K> given, long from) {
        given.later(
                from,
                (side, pane) -> panes.add(
                        side, pane.time().milliseconds(), pane.records().get()));
    }

    /** Adds the rows of those keys of a bucket that give pairs. */
    private void addRows(int bucket, Room room, SpillingSort<Tuple4<Long, Integer, Object, Object>> rows) {
        OrderedMap<Object, long[]> latest = OrderedMap.ofKept(0); // arrivals by side, 0 without any
        read(0, bucket, (pane, record) -> latest(latest, record)[0] = arrival(record));
        read(1, bucket, (pane, record) -> latest(latest, record)[1] = arrival(record));
        room.has(latest.bytes() + LATEST_BYTES * latest.size() + WindowContents.keyBytes(latest, SizeEstimate::of));
        boolean any = false;
        for (int i = 0; i < latest.end(); i++) {
            any |= gives(latest.value(i));
        }
        for (int side = lengths.length - 1; any && side >= 0; side--) {
            int of = side;
            read(side, bucket, (pane, record) -> {
                long[] arrivals = latest(latest, record);
                if (gives(arrivals)) {
                    rows.add(new Tuple4<>(Math.max(arrivals[0], arrivals[1]), of, record[KEY], record[VALUE]));
                }
            });
        }
    }

    private void read(int side, int bucket, PanesOnDisk.Reader reader) {
        panes.read(side, NONE, Long.MAX_VALUE, bucket, reader);
    }

    private static long arrival(Object[] record) {
        return (Long) record[0];
    }

    private long[] latest(OrderedMap<Object, long[]> keys, Object[] record) {
        Object key = record[KEY];
        int hash = StableHash.of(key);
        int index = keys.find(key, hash);
        if (index >= 0) {
            return keys.value(index);
        }
        long[] made = new long[lengths.length];
        keys.append(key, hash, made);
        return made;
    }

    private boolean gives(long[] arrivals) {
        return kind.gives(arrivals[0] > 0, arrivals[1] > 0);
    }

    private void give(Iterator<Tuple4<Long, Integer, Object, Object>> rows, Consumer<Object> sink) {
        Iterator<Object[]> parts = new ConcatIterator<>(
                rows,
                row -> Collections.singletonList(new Object[] {row._1(), row._2(), row._3(), row._4()})
                        .iterator());
        try (SpilledGroups<K> groups = new SpilledGroups<>(TaskScope.inTask(parts), lengths.length, space)) {
            while (groups.hasNext()) {
                Iterator<Tuple2<K, Tuple2<Object, Object>>> pairs = kind.pairs(groups.next(), operator);
                pairs.forEachRemaining(sink);
            }
        }
    }

    @Override
    public long expandedBytes() {
        return panes.expandedBytes();
    }

    @Override
    public boolean isStuck() {
        return panes.isStuck();
    }

    @Override
    public void close() {
        newest = NONE;
        panes.close();
    }
}
