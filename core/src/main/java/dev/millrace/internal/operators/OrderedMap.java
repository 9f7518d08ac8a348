/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.internal.codec.ContentHash;
import dev.millrace.internal.codec.KeyIdentity;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A hash map that keeps the order of arrival, the first unless a key is moved to the end: open addressing with linear
 * probing over an index table, entries side by side in arrays, hashes kept so that they are computed once a record and used
 * again to partition and merge. The caller gives the hash, which must agree with {@code equals}. Entries are read by index, from 0 to {@link #end()};
 * removed ones leave a hole that {@link #isLive} tells. Keys whose hashes collide, as somebody may have chosen them, are found by
 * their {@link ContentHash} from when there are many; that changes no order. Not thread safe.
 *
 * @param <K> the keys; null is a key like others
 * @param <V> the values
 */
@SuppressWarnings({"unchecked", "NullAway"}) // slots are null until used; keys and values may be null
public final class OrderedMap<K, V> {
    private static final Object REMOVED = new Object();
    private static final int SMALL = 64; // not trimmed
    private static final int MOST_PROBES = 256; // some eighty are the most for ten million keys
    private static final int MOST_ALIKE = 16;
    private static final int SPREAD = 0x9E3779B9;
    private static final int MIX = 0x85EBCA6B;

    private Object[] keys;
    private Object[] values;
    private int[] hashes;
    private int @Nullable [] contents; // the content hashes of the entries, once probes have become long
    private @Nullable Content
            last; // so that a key that is not found is not hashed again to be appended; several threads may find

    /**
     * The first slot of an entry is given by the upper bits of its mixed hash. A slot holds 1 + the index of the entry,
     * or 0 if it is free, and above it the rest of the mixed hash, so that hardly a key is looked at that is not the right
     * one: a key that is not in the cache costs more than all else. Entries that were removed stay until the next rehash.
     */
    private int[] table;

    private int shift;
    private int indexBits; // the rest
    private int end;
    private int live;
    private final boolean kept;

    public OrderedMap() {
        this(8);
    }

    public OrderedMap(int expected) {
        this(expected, false);
    }

    private OrderedMap(int expected, boolean kept) {
        this.kept = kept;
        int capacity = roomFor(expected);
        keys = new Object[capacity];
        values = new Object[capacity];
        hashes = new int[capacity];
        newTable(capacity * 2);
    }

    private record Content(@Nullable Object key, int hash) {}

    private int contentOf(@Nullable Object key) {
        Content known = last;
        if (known == null || known.key() != key) {
            known = new Content(key, ContentHash.of(key));
            last = known;
        }
        return known.hash();
    }

    /** One of keys that outlive a batch, which are refused if bytes may tell apart what equals does not. */
    public static <K, V> OrderedMap<K, V> ofKept(int expected) {
        return new OrderedMap<>(expected, true);
    }

    private static int roomFor(int expected) {
        return Integer.highestOneBit(Math.max(8, expected) * 2 - 1);
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

    /** The bytes that it takes beside keys and values, with references of four bytes. */
    public long bytes() {
        return bytes(keys.length) + (contents == null ? 0 : (long) Integer.BYTES * keys.length);
    }

    /** The same of one for so many keys. */
    public static long bytesFor(int expected) {
        return bytes(roomFor(expected));
    }

    private static long bytes(int capacity) {
        return 5L * Integer.BYTES * capacity; // three arrays, and the table of twice their length
    }

    /** The index of {@code key}, or -1. */
    public int find(K key, int hash) {
        int mask = table.length - 1;
        int mixed = contents == null ? mixed(hash) : mixed(contentOf(key));
        int rest = mixed << indexBits;
        for (int slot = mixed >>> shift; ; slot = (slot + 1) & mask) {
            int found = table[slot];
            if (found == 0) {
                return -1;
            }
            if ((found ^ rest) >>> indexBits == 0) {
                int entry = index(found);
                if (same(keys[entry], key)) {
                    if (kept) {
                        KeyIdentity.met(keys[entry], key);
                    }
                    return entry;
                }
            }
        }
    }

    private int index(int found) {
        return (found & ((1 << indexBits) - 1)) - 1;
    }

    public @Nullable V get(K key, int hash) {
        int index = find(key, hash);
        return index < 0 ? null : (V) values[index];
    }

    /** Adds a key that is known to be absent, at the end. */
    public void append(K key, int hash, V value) {
        if (kept) {
            KeyIdentity.entered(key);
        }
        add(key, hash, value);
    }

    private void add(K key, int hash, V value) {
        if (end == keys.length) {
            grow();
        }
        keys[end] = key;
        values[end] = value;
        hashes[end] = hash;
        if (contents != null) {
            contents[end] = contentOf(key);
        }
        int probes = link(end++);
        live++;
        if (probes > MOST_ALIKE && contents == null && isCrowded(end - 1)) {
            findByContent();
        }
    }

    /** Returns whether an entry stands behind so many others, or so many of the same hash, that this is no accident. */
    private boolean isCrowded(int entry) {
        int mask = table.length - 1;
        int mixed = mixed(hashes[entry]);
        int rest = mixed << indexBits;
        int others = 0;
        int alike = 0;
        int slot = mixed >>> shift;
        for (int found = table[slot]; index(found) != entry; found = table[slot]) {
            if (isLive(index(found))) {
                others++;
                alike += (found ^ rest) >>> indexBits == 0 ? 1 : 0;
            }
            slot = (slot + 1) & mask;
        }
        return others > MOST_PROBES || alike > MOST_ALIKE;
    }

    private void findByContent() {
        int[] found = new int[keys.length];
        contents = found;
        Arrays.fill(table, 0);
        for (int i = 0; i < end; i++) {
            if (keys[i] != REMOVED) {
                found[i] = ContentHash.of(keys[i]);
                link(i);
            }
        }
    }

    /** Moves the entry at an index, which is live, to the end, with this instance of its key. The value is not looked at. */
    public void moveToEnd(int index, K key) {
        Object value = values[index];
        remove(index);
        add(key, hashes[index], (V) value);
    }

    /** Removes the entry at an index, which is live. */
    public void remove(int index) {
        keys[index] = REMOVED;
        values[index] = null;
        live--;
    }

    private static boolean same(Object present, @Nullable Object key) {
        return present == key || (present != null && present != REMOVED && present.equals(key));
    }

    /** Mixed twice: after one multiplication, texts that end in numbers stand in clusters, and probes are twice as many. */
    private static int mixed(int hash) {
        int spread = hash * SPREAD;
        return (spread ^ spread >>> 15) * MIX;
    }

    private void newTable(int size) {
        table = new int[size];
        indexBits = Integer.numberOfTrailingZeros(size);
        shift = 32 - indexBits;
    }

    /** Tells how many others it had to pass over. */
    private int link(int entry) {
        int mask = table.length - 1;
        int mixed = mixed(contents == null ? hashes[entry] : contents[entry]);
        int slot = mixed >>> shift;
        int probes = 0;
        while (table[slot] != 0) {
            slot = (slot + 1) & mask;
            probes++;
        }
        table[slot] = (mixed << indexBits) | (entry + 1);
        return probes;
    }

    /** Makes room for more, unless closing the holes makes enough. */
    private void grow() {
        rehash(live > keys.length / 2 ? keys.length * 2 : keys.length);
    }

    /** Gives back room that few are left in: to be called after many were removed. */
    public void trim() {
        if (keys.length > SMALL && live < keys.length / 4) {
            rehash(roomFor(live + live / 2));
        }
    }

    /** Closes the holes. */
    private void rehash(int capacity) {
        Object[] oldKeys = keys;
        Object[] oldValues = values;
        int[] oldHashes = hashes;
        int[] oldContents = contents;
        keys = new Object[capacity];
        values = new Object[capacity];
        hashes = new int[capacity];
        contents = oldContents == null ? null : new int[capacity];
        newTable(capacity * 2);
        int kept = 0;
        for (int i = 0; i < end; i++) {
            if (oldKeys[i] != REMOVED) {
                keys[kept] = oldKeys[i];
                values[kept] = oldValues[i];
                hashes[kept] = oldHashes[i];
                if (oldContents != null) {
                    contents[kept] = oldContents[i];
                }
                link(kept++);
            }
        }
        end = kept;
    }
}
