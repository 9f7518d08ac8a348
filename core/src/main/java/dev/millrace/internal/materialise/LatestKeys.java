/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.materialise;

import dev.millrace.internal.operators.OrderedMap;
import java.util.Arrays;

/**
 * Keys in the order in which they arrived last. The order is a log of entries: a key that comes again is written to its
 * end, and what was written of it before counts no more.
 *
 * <pre>
 *   log        [ 0 1 2 3 1 0 _ _ ]      the entries 0 and 1 came again
 *   position   [ 5 4 2 3 ]              where in the log each entry counts; -1 if it was removed
 * </pre>
 *
 * So coming again is two writes; nothing is hashed or linked anew. A full log is closed up in one pass. A full map, or one
 * that few of its keys are left in, is made anew with the log: each costs a share of the arrivals or removals before it.
 *
 * <p>An entry is known by its index, until the next {@link #append} or {@link #settle}. Not thread safe.
 *
 * @param <K> the keys; null is a key like others
 */
final class LatestKeys<K, V> {
    private static final int GONE = -1;
    private static final int SMALL = 64; // not made smaller

    private OrderedMap<K, V> map = new OrderedMap<>();
    private int[] position = new int[map.capacity()];
    private int[] log = new int[2 * map.capacity()]; // so half of it is free after it was closed up
    private int end;

    int size() {
        return map.size();
    }

    /** The index of {@code key}, or -1. */
    int find(K key, int hash) {
        return map.find(key, hash);
    }

    K key(int index) {
        return map.key(index);
    }

    V value(int index) {
        return map.value(index);
    }

    /** Makes a key that is there the latest. */
    void renew(int index) {
        if (end == log.length) {
            closeUp();
        }
        position[index] = end;
        log[end++] = index;
    }

    /** Adds a key that is not there, as the latest. */
    void append(K key, int hash, V value) {
        if (map.end() == map.capacity()) {
            makeAnew();
        }
        int index = map.end();
        map.append(key, hash, value);
        renew(index);
    }

    void remove(int index) {
        map.remove(index);
        position[index] = GONE;
    }

    /** Gives back room that is not needed, and numbers the places: call it before {@link #at}. */
    void settle() {
        if (map.capacity() > SMALL && map.size() < map.capacity() / 4) {
            makeAnew();
        } else {
            closeUp();
        }
    }

    /**
     * The index of the key at a place, from 0 to {@code size() - 1}, the one that arrived longest ago first; as of the last
     * {@link #settle}, after which no key has arrived.
     */
    int at(int place) {
        return log[place];
    }

    private void closeUp() {
        int kept = 0;
        for (int place = 0; place < end; place++) {
            int index = log[place];
            if (position[index] == place) {
                position[index] = kept;
                log[kept++] = index;
            }
        }
        end = kept;
    }

    /** With half as much room again as the keys need, or more. */
    private void makeAnew() {
        closeUp();
        OrderedMap<K, V> before = map;
        map = new OrderedMap<>(before.size() + before.size() / 2);
        for (int place = 0; place < end; place++) {
            int index = log[place];
            map.append(before.key(index), before.hash(index), before.value(index));
        }
        position = new int[map.capacity()];
        log = new int[2 * map.capacity()];
        Arrays.setAll(position, index -> index);
        System.arraycopy(position, 0, log, 0, end);
    }

    /** What it takes beside keys and values. */
    long bytes() {
        return map.bytes() + (long) Integer.BYTES * (position.length + log.length);
    }
}
