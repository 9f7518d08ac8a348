/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/** Rows side by side in memory: of each a record alone, or a key with its hash and a value. Filled by one thread. */
@SuppressWarnings("NullAway") // records, keys and values may be null
public final class Rows {
    private static final int SMALL = 4;
    private static final Object[] NO_VALUES = {};
    private static final int[] NO_HASHES = {};

    private Object[] keys; // or records
    private Object[] values = NO_VALUES;
    private int[] hashes = NO_HASHES;
    private int size;

    private Rows(int expected) {
        keys = new Object[Math.max(SMALL, expected)];
    }

    static Rows ofRecords() {
        return new Rows(SMALL);
    }

    /** @param expected a number of pairs to make room for */
    public static Rows ofPairs(int expected) {
        Rows rows = new Rows(expected);
        rows.values = new Object[rows.keys.length];
        rows.hashes = new int[rows.keys.length];
        return rows;
    }

    void add(Object record) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size + size / 2); // records may be kept for long
        }
        keys[size++] = record;
    }

    public void add(Object key, int hash, Object value) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
            values = Arrays.copyOf(values, size * 2);
            hashes = Arrays.copyOf(hashes, size * 2);
        }
        keys[size] = key;
        values[size] = value;
        hashes[size++] = hash;
    }

    public int size() {
        return size;
    }

    public Object key(int index) {
        return keys[index];
    }

    public Object value(int index) {
        return values[index];
    }

    public int hash(int index) {
        return hashes[index];
    }

    /** Adds the rows to a sequence on disk, without the hashes. */
    void writeTo(Spill target, int sequence) {
        for (int i = 0; i < size; i++) {
            if (values == NO_VALUES) {
                target.add(sequence, keys[i]);
            } else {
                target.add(sequence, keys[i], values[i]);
            }
        }
    }

    /** The rows, each made by the function of the reader. */
    <T> Iterator<T> read(HeldRows.Row<T> row) {
        return new Iterator<>() {
            private int index;

            @Override
            public boolean hasNext() {
                return index < size;
            }

            @Override
            public T next() {
                if (index == size) {
                    throw new NoSuchElementException();
                }
                int at = index++;
                return row.of(keys[at], values == NO_VALUES ? null : values[at]);
            }

            @Override
            public void forEachRemaining(Consumer<? super T> sink) {
                Object[] inOrder = keys;
                Object[] with = values;
                int until = size;
                int next = index;
                index = until;
                for (; next < until; next++) {
                    sink.accept(row.of(inOrder[next], with == NO_VALUES ? null : with[next]));
                }
            }
        };
    }
}
