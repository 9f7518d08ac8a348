/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.joins;

import dev.millrace.internal.operators.OrderedMap;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The rows of several sides in memory, by key: values side by side in one array, and for each key a chain through them. Keys have
 * places, from 0 on, in order of first arrival. Not thread safe.
 */
@SuppressWarnings({"unchecked", "NullAway"}) // keys and values may be null; they are read as they were added
final class Chains<K> {
    static final int ROW_BYTES = 12; // in arrays that have grown
    static final int KEY_BYTES = 60;
    private static final int FIRST = 16;

    private final OrderedMap<K, Object> keys = new OrderedMap<>();
    private final int[][] heads; // by side and place, 1 + the number of the first row, or 0
    private final int[][] tails;
    private long[] arrivals = new long[FIRST];
    private Object[] values = new Object[FIRST];
    private int[] next = new int[FIRST]; // 1 + the number of the row behind, or 0
    private int rows;

    Chains(int sides) {
        heads = new int[sides][FIRST];
        tails = new int[sides][FIRST];
    }

    /** The place of a key, or -1. */
    int find(K key, int hash) {
        return keys.find(key, hash);
    }

    /** Adds a key, and tells its place. */
    int append(K key, int hash, long arrival) {
        int place = keys.end();
        keys.append(key, hash, null);
        if (place == arrivals.length) {
            arrivals = Arrays.copyOf(arrivals, 2 * place);
            for (int side = 0; side < heads.length; side++) {
                heads[side] = Arrays.copyOf(heads[side], 2 * place);
                tails[side] = Arrays.copyOf(tails[side], 2 * place);
            }
        }
        arrivals[place] = arrival;
        return place;
    }

    void add(int side, int place, Object value) {
        if (rows == values.length) {
            values = Arrays.copyOf(values, 2 * rows);
            next = Arrays.copyOf(next, 2 * rows);
        }
        values[rows++] = value;
        int before = tails[side][place];
        tails[side][place] = rows;
        if (before == 0) {
            heads[side][place] = rows;
        } else {
            next[before - 1] = rows;
        }
    }

    int rows() {
        return rows;
    }

    /** One more than the last place. */
    int end() {
        return keys.end();
    }

    K key(int place) {
        return keys.key(place);
    }

    int hash(int place) {
        return keys.hash(place);
    }

    long arrival(int place) {
        return arrivals[place];
    }

    boolean has(int side, int place) {
        return heads[side][place] != 0;
    }

    <V> Iterator<V> values(int side, int place) {
        return new Iterator<>() {
            private int row = heads[side][place];

            @Override
            public boolean hasNext() {
                return row != 0;
            }

            @Override
            public V next() {
                if (row == 0) {
                    throw new NoSuchElementException();
                }
                int at = row - 1;
                row = next[at];
                return (V) values[at];
            }
        };
    }

    /** The keys with their values, in order of first arrival. */
    Iterator<Group<K>> groups() {
        return new Iterator<>() {
            private int place;

            @Override
            public boolean hasNext() {
                return place < end();
            }

            @Override
            public Group<K> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return new InMemory(place++);
            }
        };
    }

    private final class InMemory implements Group<K> {
        private final int place;

        InMemory(int place) {
            this.place = place;
        }

        @Override
        public K key() {
            return Chains.this.key(place);
        }

        @Override
        public boolean has(int side) {
            return Chains.this.has(side, place);
        }

        @Override
        public <V> Iterator<V> values(int side) {
            return Chains.this.values(side, place);
        }
    }
}
