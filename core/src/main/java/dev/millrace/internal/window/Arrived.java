/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** The values that a key has in one window: added at the end, taken out at the beginning. Not thread safe. */
@SuppressWarnings({"unchecked", "NullAway"}) // free places are null, and values may be
final class Arrived {
    private static final Object[] NONE = {};
    private static final int FIRST = 2;

    private Object[] ring = NONE;
    private int first;
    private int size;
    private long latest; // the number of the last arrival

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The number of the last value's arrival, if there is one. */
    long latest() {
        return latest;
    }

    void add(Object value, long arrival) {
        if (size == ring.length) {
            Object[] larger = new Object[Math.max(FIRST, 2 * size)];
            for (int i = 0; i < size; i++) {
                larger[i] = ring[at(i)];
            }
            ring = larger;
            first = 0;
        }
        ring[at(size++)] = value;
        latest = arrival;
    }

    /** Takes out the oldest value. */
    void removeFirst() {
        ring[first] = null;
        first = at(1);
        if (--size == 0) {
            ring = NONE;
            first = 0;
        }
    }

    private int at(int index) {
        int place = first + index;
        return place < ring.length ? place : place - ring.length;
    }

    Object first() {
        return ring[first];
    }

    <V> Iterator<V> values() {
        return new Iterator<>() {
            private int index;

            @Override
            public boolean hasNext() {
                return index < size;
            }

            @Override
            public V next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return (V) ring[at(index++)];
            }
        };
    }
}
