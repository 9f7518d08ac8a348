/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.joins;

import dev.millrace.internal.memory.ConcatIterator;
import dev.millrace.internal.memory.HeldRows;
import dev.millrace.internal.memory.MemorySpace;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Groups out of rows that come key by key, the first side last: its values are given while they are read, those of the others are
 * held, and spill.
 */
@SuppressWarnings({"unchecked", "NullAway"}) // entries are read as they were written; keys and values may be null
public final class SpilledGroups<K> implements Iterator<Group<K>>, AutoCloseable {
    private static final int FEW = 64;

    private final Iterator<Object[]> rows;
    private final MemorySpace space;
    private final List<List<Object>> few; // the first values of each side, which need no room worth a file
    private final HeldRows[] held; // those behind them
    private Object @Nullable [] ahead; // arrival of the key, side, key, value
    private @Nullable Read current;

    /** @param rows equal arrivals have equal keys, and stand together */
    public SpilledGroups(Iterator<Object[]> rows, int sides, MemorySpace space) {
        this.rows = rows;
        this.space = space;
        held = new HeldRows[sides];
        few = Stream.<List<Object>>generate(ArrayList::new).limit(sides).toList();
        advance();
    }

    private void advance() {
        ahead = rows.hasNext() ? rows.next() : null;
    }

    private boolean isAhead(long arrival) {
        return ahead != null && (Long) ahead[0] == arrival;
    }

    private long arrival() {
        return (Long) ahead[0];
    }

    private int side() {
        return (Integer) ahead[1];
    }

    @Override
    public boolean hasNext() {
        if (current != null) {
            current.skip();
        }
        return ahead != null;
    }

    @Override
    public Group<K> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        close();
        current = new Read(arrival(), (K) ahead[2]);
        return current;
    }

    private void hold(int side, Object value) {
        if (few.get(side).size() < FEW) {
            few.get(side).add(value);
            return;
        }
        if (held[side] == null) {
            held[side] = HeldRows.ofRecords(space, HeldRows.Place.MEMORY_AND_DISK);
        }
        held[side].add(value);
    }

    private final class Read implements Group<K> {
        private final long arrival;
        private final K key;
        private final boolean hasFirst;

        Read(long arrival, K key) {
            this.arrival = arrival;
            this.key = key;
            while (isAhead(arrival) && side() > 0) {
                hold(side(), ahead[3]);
                advance();
            }
            for (HeldRows values : held) {
                if (values != null) {
                    values.complete();
                }
            }
            hasFirst = isAhead(arrival);
        }

        /** Passes over values that were not asked for. */
        void skip() {
            while (isAhead(arrival)) {
                advance();
            }
        }

        @Override
        public K key() {
            return key;
        }

        @Override
        public boolean has(int side) {
            return side == 0 ? hasFirst : !few.get(side).isEmpty();
        }

        @Override
        public <V> Iterator<V> values(int side) {
            if (side > 0) {
                Iterator<V> first = (Iterator<V>) few.get(side).iterator();
                return held[side] == null
                        ? first
                        : new ConcatIterator<>(
                                List.of(first, (Iterator<V>) held[side].read()).iterator(), values -> values);
            }
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return isAhead(arrival);
                }

                @Override
                public V next() {
                    if (!hasNext()) {
                        throw new NoSuchElementException();
                    }
                    V value = (V) ahead[3];
                    advance();
                    return value;
                }
            };
        }
    }

    /** Gives back what the group at hand holds. */
    @Override
    public void close() {
        for (int side = 0; side < held.length; side++) {
            few.get(side).clear();
            if (held[side] != null) {
                held[side].close();
                held[side] = null;
            }
        }
    }
}
