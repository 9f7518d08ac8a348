/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import org.jspecify.annotations.Nullable;

/**
 * A hash map that keeps the order of first arrival: open addressing with linear probing over an index table, entries
 * side by side in arrays, hashes kept so that they are computed once a record and used again to partition and merge.
 * The caller gives the hash, which must agree with {@code equals}. Entries are read by index, from 0 to {@link #end()};
 * removed ones leave a hole that {@link #isLive} tells. Not thread safe.
 *
 * @param <K> the keys; null is a key like others
 * @param <V> the values
 */
@SuppressWarnings({"unchecked", "NullAway"}) // slots are null until used; keys and values may be null
public final class OrderedMap<K, V> {
    private static final Object REMOVED = new Object();
    private static final int SPREAD = 0x9E3779B9;
    private static final int MIX = 0x85EBCA6B;

    private Object[] keys;
    private Object[] values;
    private int[] hashes;
    private int[] table; // 1 + index of the entry; 0 is free; entries that were removed stay until the next rehash
    private int shift;
    private int end;
    private int live;

    public OrderedMap() {
        this(8);
    }

    public OrderedMap(int expected) {
        int capacity = Integer.highestOneBit(Math.max(8, expected) * 2 - 1);
        keys = new Object[capacity];
        values = new Object[capacity];
        hashes = new int[capacity];
        newTable(capacity * 2);
    }

    public int size() {
        return live;
    }

    /** One more than the greatest index of an entry. */
    public int end() {
        return end;
    }

    public boolean isLive(int index) {
        return keys[index] != REMOVED;
    }

    public K key(int index) {
        return (K) keys[index];
    }

    public V value(int index) {
        return (V) values[index];
    }

    public int hash(int index) {
        return hashes[index];
    }

    public void setValue(int index, V value) {
        values[index] = value;
    }

    /** What it takes beside keys and values, with references of four bytes. */
    public long bytes() {
        return 3L * Integer.BYTES * keys.length + (long) Integer.BYTES * table.length;
    }

    /** The index of {@code key}, or -1. */
    public int find(K key, int hash) {
        int mask = table.length - 1;
        for (int slot = slot(hash); ; slot = (slot + 1) & mask) {
            int entry = table[slot] - 1;
            if (entry < 0) {
                return -1;
            }
            if (hashes[entry] == hash && same(keys[entry], key)) {
                return entry;
            }
        }
    }

    public @Nullable V get(K key, int hash) {
        int index = find(key, hash);
        return index < 0 ? null : (V) values[index];
    }

    /** Adds a key that is known to be absent, at the end. */
    public void append(K key, int hash, V value) {
        if (end == keys.length) {
            grow();
        }
        keys[end] = key;
        values[end] = value;
        hashes[end] = hash;
        link(end++);
        live++;
    }

    public void put(K key, int hash, V value) {
        int index = find(key, hash);
        if (index >= 0) {
            values[index] = value;
        } else {
            append(key, hash, value);
        }
    }

    public void remove(K key, int hash) {
        int index = find(key, hash);
        if (index >= 0) {
            keys[index] = REMOVED;
            values[index] = null;
            live--;
        }
    }

    private static boolean same(Object present, @Nullable Object key) {
        return present == key || (present != null && present != REMOVED && present.equals(key));
    }

    /** Mixed twice: after one multiplication, texts that end in numbers stand in clusters, and probes are twice as many. */
    private int slot(int hash) {
        int spread = hash * SPREAD;
        return (spread ^ spread >>> 15) * MIX >>> shift;
    }

    private void newTable(int size) {
        table = new int[size];
        shift = 32 - Integer.numberOfTrailingZeros(size);
    }

    private void link(int entry) {
        int mask = table.length - 1;
        int slot = slot(hashes[entry]);
        while (table[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        table[slot] = entry + 1;
    }

    /** Closes the holes, and doubles the room unless the holes were many. */
    private void grow() {
        int capacity = live > keys.length / 2 ? keys.length * 2 : keys.length;
        Object[] oldKeys = keys;
        Object[] oldValues = values;
        int[] oldHashes = hashes;
        keys = new Object[capacity];
        values = new Object[capacity];
        hashes = new int[capacity];
        newTable(capacity * 2);
        int kept = 0;
        for (int i = 0; i < end; i++) {
            if (oldKeys[i] != REMOVED) {
                keys[kept] = oldKeys[i];
                values[kept] = oldValues[i];
                hashes[kept] = oldHashes[i];
                link(kept++);
            }
        }
        end = kept;
    }
}
