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
 * removed ones leave a hole that {@link #isLive} tells. Once many keys have colliding hashes, by chance or by an attack, keys are found by
 * their {@link ContentHash}; that changes no order. Not thread safe.
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

    private Object[] entries; // the key and the value of each side by side, so that they come from memory together
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
    private int indexBits; // so many lower bits of a slot are the index of its entry
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
        entries = new Object[2 * capacity];
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
        return entries[2 * index] != REMOVED;
    }

    public K key(int index) {
        return (K) entries[2 * index];
    }

    public V value(int index) {
        return (V) entries[2 * index + 1];
    }

    public int hash(int index) {
        return hashes[index];
    }

    public void setValue(int index, V value) {
        entries[2 * index + 1] = value;
    }

    /** The bytes that it takes beside keys and values, with references of four bytes. */
    public long bytes() {
        return bytes(hashes.length) + (contents == null ? 0 : (long) Integer.BYTES * hashes.length);
    }

    /** The bytes that a map for so many keys takes beside keys and values. */
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
                if (isOf(entry, key)) {
                    return entry;
                }
            }
        }
    }

    /**
     * Reads what finding keys of these hashes will read, one kind at a time: no read depends on the one before, so the processor
     * waits for many at once. Waits for memory are most of the time of look-ups in a large map. Calls nothing of the keys.
     *
     * @param likely is given the entry that each may be found at, or -1
     * @return a number without meaning, to be kept so that reading is not optimised away
     */
    public int readAhead(int[] wanted, int count, int[] likely) {
        if (contents != null) { // the hashes do not tell where a key stands
            Arrays.fill(likely, 0, count, -1);
            return 0;
        }
        int seen = 0;
        for (int i = 0; i < count; i++) {
            seen += table[mixed(wanted[i]) >>> shift];
        }
        for (int i = 0; i < count; i++) {
            likely[i] = likely(mixed(wanted[i]));
            seen += likely[i] < 0 || entries[2 * likely[i]] == null ? 0 : 1;
        }
        return seen + readAhead(likely, 0, count);
    }

    /** The first entry of a hash that is like it, or -1. */
    private int likely(int mixed) {
        int mask = table.length - 1;
        int rest = mixed << indexBits;
        for (int slot = mixed >>> shift; ; slot = (slot + 1) & mask) {
            int found = table[slot];
            if (found == 0 || (found ^ rest) >>> indexBits == 0) {
                return index(found);
            }
        }
    }

    /** The index of {@code key}, or -1, if {@link #readAhead} has found it likely at an entry, or -1, and nothing has changed since. */
    public int find(K key, int hash, int likely) {
        return likely >= 0 && isOf(likely, key) ? likely : find(key, hash);
    }

    /** Reads ahead entries that will be read, as above, by their indices; an index below 0 is no entry. */
    public int readAhead(int[] indices, int from, int to) {
        int seen = 0;
        for (int i = from; i < to; i++) {
            seen += indices[i] < 0 ? 0 : seen(indices[i]);
        }
        return seen;
    }

    /** Reads ahead the entries from one index to another, as above; some of them may be holes. */
    public int readAhead(int from, int to) {
        int seen = 0;
        for (int i = from; i < to; i++) {
            seen += seen(i);
        }
        return seen;
    }

    private int seen(int entry) {
        return seen(entries[2 * entry]) + seen(entries[2 * entry + 1]);
    }

    private static int seen(@Nullable Object object) {
        if (object instanceof String text) {
            return text.length(); // which stands in another object
        }
        return object == null ? 0 : object.getClass() == Long.class ? 1 : 0;
    }

    private boolean isOf(int entry, K key) {
        Object present = entries[2 * entry];
        boolean same = present == key || (present != null && present != REMOVED && present.equals(key));
        if (!same) {
            return false;
        }
        if (kept) {
            KeyIdentity.met(present, key);
        }
        return true;
    }

    private int index(int found) {
        return (found & ((1 << indexBits) - 1)) - 1;
    }

    public @Nullable V get(K key, int hash) {
        int index = find(key, hash);
        return index < 0 ? null : value(index);
    }

    /** Adds a key that is known to be absent, at the end. */
    public void append(K key, int hash, V value) {
        if (kept) {
            KeyIdentity.entered(key);
        }
        add(key, hash, value);
    }

    /** Adds a key that is known to be absent, at the end, where it is not found before {@link #loaded}. */
    public void load(K key, int hash, V value) {
        if (kept) {
            KeyIdentity.entered(key);
        }
        if (end == hashes.length) {
            entries = Arrays.copyOf(entries, 2 * entries.length);
            hashes = Arrays.copyOf(hashes, 2 * hashes.length);
        }
        entries[2 * end] = key;
        entries[2 * end + 1] = value;
        hashes[end++] = hash;
        live++;
    }

    private void add(K key, int hash, V value) {
        if (end == hashes.length) {
            rehash(live > hashes.length / 2 ? hashes.length * 2 : hashes.length); // closing holes may make enough room
        }
        entries[2 * end] = key;
        entries[2 * end + 1] = value;
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
        int[] found = new int[hashes.length];
        contents = found;
        Arrays.fill(table, 0);
        for (int i = 0; i < end; i++) {
            if (isLive(i)) {
                found[i] = ContentHash.of(entries[2 * i]);
                link(i);
            }
        }
    }

    /** Moves the entry at an index, which is live, to the end, with this instance of its key. The value is not looked at. */
    public void moveToEnd(int index, K key) {
        V value = value(index);
        remove(index);
        add(key, hashes[index], value);
    }

    /** Removes the entry at an index, which is live. */
    public void remove(int index) {
        entries[2 * index] = REMOVED;
        entries[2 * index + 1] = null;
        live--;
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

    /**
     * Makes all that were loaded to be found: finding a place for each as it comes would wait for memory each time.
     *
     * @param order those at these places come first, second and so on, and none was removed; null if they stay as they are
     */
    public void loaded(int @Nullable [] order) {
        if (order != null) {
            entries = Reordered.pairs(entries, order);
            hashes = Reordered.numbers(hashes, order);
        }
        contents = null;
        newTable(hashes.length * 2);
        for (int i = 0; i < end; i++) {
            if (isLive(i) && link(i) > MOST_ALIKE && isCrowded(i)) {
                findByContent();
                return;
            }
        }
    }

    /** Gives back room that few are left in: to be called after many were removed. */
    public void trim() {
        if (hashes.length > SMALL && live < hashes.length / 4) {
            rehash(roomFor(live + live / 2));
        }
    }

    /** Closes the holes. */
    private void rehash(int capacity) {
        Object[] oldEntries = entries;
        int[] oldHashes = hashes;
        int[] oldContents = contents;
        entries = new Object[2 * capacity];
        hashes = new int[capacity];
        contents = oldContents == null ? null : new int[capacity];
        newTable(capacity * 2);
        int kept = 0;
        for (int i = 0; i < end; i++) {
            if (oldEntries[2 * i] != REMOVED) {
                entries[2 * kept] = oldEntries[2 * i];
                entries[2 * kept + 1] = oldEntries[2 * i + 1];
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
