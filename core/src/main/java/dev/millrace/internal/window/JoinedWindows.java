/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.Tuple2;
import dev.millrace.internal.joins.Group;
import dev.millrace.internal.joins.JoinKind;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.OrderedMap;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * One partition of the join of two windows, kept from slide to slide. A slide costs the rows that come, those that leave and the pairs
 * that it gives: the other keys of the windows are not looked at. It follows from the panes alone: whatever went wrong, it is built
 * again from them, and gives the same then.
 *
 * <p>Keys stand in the order in which they arrived last in a pane that is still in its window, of one batch those of the left window
 * before those of the right one; of a key the pairs in the order of the left values, then of the right ones. Not thread safe.
 */
final class JoinedWindows<K> implements Contents<JoinedWindows.Sides<K>, Object> {
    private static final int SIDES = 2;
    private static final long KEY_BYTES =
            160; // what holds the values of a key, and its place among those that give pairs
    private static final long ROW_BYTES =
            16; // the place in the list of a pane, and about two among the values of the key

    private final Operator operator;
    private final JoinKind kind;
    private final long[] lengths; // in milliseconds
    private OrderedMap<K, Held<K>> keys = OrderedMap.ofKept(0);
    private final Set<Held<K>> giving =
            new LinkedHashSet<>(); // those that give pairs, almost in order of their latest arrival
    private final List<Deque<PaneKeys<K>>> panes = List.of(new ArrayDeque<>(), new ArrayDeque<>());
    private long arrived;
    private long newest = Long.MIN_VALUE; // the time of the last slide; that too while it is changed
    private long rows;

    JoinedWindows(Operator operator, JoinKind kind, long leftMillis, long rightMillis) {
        this.operator = operator;
        this.kind = kind;
        lengths = new long[] {leftMillis, rightMillis};
    }

    /** The panes of both windows, oldest first. */
    record Sides<K>(List<WindowContents.Pane<K, Object>> left, List<WindowContents.Pane<K, Object>> right) {
        interface Visitor<K> {
            void visit(int side, WindowContents.Pane<K, Object> pane);
        }

        /** Goes through the panes of later batches than {@code than} in the order of their batches, of one batch the left one first. */
        void later(long than, Visitor<K> visitor) {
            Deque<WindowContents.Pane<K, Object>> lefts = later(left, than);
            Deque<WindowContents.Pane<K, Object>> rights = later(right, than);
            while (!lefts.isEmpty() || !rights.isEmpty()) {
                boolean isLeft = rights.isEmpty()
                        || !lefts.isEmpty()
                                && !lefts.getFirst()
                                        .time()
                                        .isAfter(rights.getFirst().time());
                visitor.visit(isLeft ? 0 : 1, (isLeft ? lefts : rights).removeFirst());
            }
        }

        private static <P extends WindowContents.Pane<?, ?>> Deque<P> later(List<P> panes, long than) {
            Deque<P> later = new ArrayDeque<>(panes);
            while (!later.isEmpty() && later.getFirst().time().milliseconds() <= than) {
                later.removeFirst();
            }
            return later;
        }
    }

    /** The keys of a pane's rows in order, so that they can be taken out again without reading it. */
    private record PaneKeys<K>(long time, List<Held<K>> rows) {}

    /** The rows of one key. Its identity is what counts. */
    private static final class Held<K> implements Group<K> {
        private final K key;
        private final int hash;
        private final Arrived left = new Arrived();
        private final Arrived right = new Arrived();

        Held(K key, int hash) {
            this.key = key;
            this.hash = hash;
        }

        Arrived side(int side) {
            return side == 0 ? left : right;
        }

        long latest() {
            return Math.max(left.isEmpty() ? 0 : left.latest(), right.isEmpty() ? 0 : right.latest());
        }

        @Override
        public K key() {
            return key;
        }

        @Override
        public boolean has(int side) {
            return !side(side).isEmpty();
        }

        @Override
        public <V> Iterator<V> values(int side) {
            return side(side).values();
        }
    }

    @Override
    public void slide(BatchTime time, Sides<K> given, Room room, Consumer<Object> sink) {
        long to = time.milliseconds();
        long from = newest;
        newest = Long.MIN_VALUE; // until this has gone well
        if (from >= to) {
            from = Long.MIN_VALUE;
        }
        if (from == Long.MIN_VALUE) {
            clear();
        }
        for (int side = 0; side < SIDES; side++) {
            leave(side, to - lengths[side]);
        }
        Growth growth = new Growth(this, room);
        given.later(from, (side, pane) -> enter(side, pane, growth));
        give(sink);
        newest = to;
    }

    private void clear() {
        keys = OrderedMap.ofKept(0);
        giving.clear();
        panes.forEach(Deque::clear);
        rows = 0;
    }

    /** Takes out the panes of batches at {@code until} and before. */
    private void leave(int side, long until) {
        Deque<PaneKeys<K>> held = panes.get(side);
        while (!held.isEmpty() && held.getFirst().time() <= until) {
            for (Held<K> row : held.removeFirst().rows()) {
                row.side(side).removeFirst();
                rows--;
                if (!kind.gives(row.has(0), row.has(1))) {
                    giving.remove(row);
                }
                if (!row.has(0) && !row.has(1)) {
                    keys.remove(keys.find(row.key, row.hash));
                }
            }
        }
        keys.trim();
    }

    private void enter(int side, WindowContents.Pane<K, Object> pane, Growth growth) {
        PaneKeys<K> entered = new PaneKeys<>(pane.time().milliseconds(), new ArrayList<>());
        panes.get(side).add(entered);
        pane.records().get().forEachRemaining(pair -> {
            Held<K> row = held(pair._1());
            row.side(side).add(pair._2(), ++arrived);
            entered.rows().add(row);
            rows++;
            if (kind.gives(row.has(0), row.has(1))) {
                giving.remove(row); // so that it stands at the end
                giving.add(row);
            }
            growth.entered(pair._1(), pair._2());
        });
    }

    private Held<K> held(K key) {
        int hash = StableHash.of(key);
        int index = keys.find(key, hash);
        if (index >= 0) {
            return keys.value(index);
        }
        Held<K> made = new Held<>(key, hash);
        keys.append(key, hash, made);
        return made;
    }

    private void give(Consumer<Object> sink) {
        @SuppressWarnings({"unchecked", "rawtypes"}) // no array of a generic type can be made
        Held<K>[] inOrder = giving.toArray(new Held[0]);
        Arrays.sort(
                inOrder,
                Comparator.comparingLong(Held::latest)); // few are not in order, of those whose last row has left
        for (Held<K> row : inOrder) {
            Iterator<Tuple2<K, Tuple2<Object, Object>>> pairs = kind.pairs(row, operator);
            pairs.forEachRemaining(sink);
        }
    }

    @Override
    public long frameBytes() {
        return keys.bytes() + KEY_BYTES * keys.size() + ROW_BYTES * rows;
    }

    @Override
    public long bytes(ToLongFunction<Object> sizeOf) {
        return frameBytes()
                + WindowContents.keyBytes(keys, sizeOf)
                + WindowContents.sampled(
                        keys, i -> bytes(keys.value(i).left, sizeOf) + bytes(keys.value(i).right, sizeOf));
    }

    private static long bytes(Arrived values, ToLongFunction<Object> sizeOf) {
        return values.isEmpty() ? 0 : values.size() * sizeOf.applyAsLong(values.first());
    }

    @Override
    public OnDisk<Sides<K>, Object> onDisk(MemorySpace space) {
        return new JoinedOnDisk<>(operator, kind, lengths, space);
    }
}
