/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.codec.LocalValues;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.SpillingSort;
import java.nio.ByteBuffer;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Entries that are encoded and come in any order, and are read in order of arrival: sorted in memory as far as the budget goes. One
 * that comes several times is read once. One thread.
 */
final class ArrivalSort<K> implements StateEntries<K>, AutoCloseable {
    private static final int TOUCHED = Long.BYTES; // behind the arrival
    private static final int SORTED = TOUCHED + Long.BYTES;
    private static final int KEY_LENGTH = SORTED + 1;
    private static final int KEY = KEY_LENGTH + Integer.BYTES;

    private final LocalValues values;
    private final StateForm states;
    private final SpillingSort<byte[]> sort;
    private @Nullable Iterator<byte[]> sorted;
    private byte[] entry = {};
    private long place = LookUps.ABSENT;
    private @Nullable K key;

    ArrivalSort(MemorySpace space, StateForm states) {
        this.states = states;
        values = space.codec().local();
        sort = new SpillingSort<>(space, (one, other) -> Long.compare(arrival(one), arrival(other)));
    }

    private static long arrival(byte[] entry) {
        return ByteBuffer.wrap(entry).getLong();
    }

    /** Adds an entry, before the first is read. */
    void add(
            long arrival,
            long touched,
            boolean sortedKey,
            byte[] keys,
            int keyFrom,
            int keyTo,
            byte[] states,
            int from,
            int to) {
        sort.add(ByteBuffer.allocate(KEY + keyTo - keyFrom + to - from)
                .putLong(arrival)
                .putLong(touched)
                .put((byte) (sortedKey ? 1 : 0))
                .putInt(keyTo - keyFrom)
                .put(keys, keyFrom, keyTo - keyFrom)
                .put(states, from, to - from)
                .array());
    }

    @Override
    @SuppressWarnings("unchecked") // a partition has keys of its own type
    public boolean next() {
        Iterator<byte[]> rest = sorted;
        if (rest == null) {
            rest = sort.result();
            sorted = rest;
        }
        long before = place;
        while (place == before) {
            if (!rest.hasNext()) {
                close();
                return false;
            }
            entry = rest.next();
            place = arrival(entry);
        }
        key = (K) values.decodeKey(entry, KEY, keyTo(), entry[SORTED] != 0);
        return true;
    }

    private int keyTo() {
        return KEY + ByteBuffer.wrap(entry).getInt(KEY_LENGTH);
    }

    @Override
    @SuppressWarnings("NullAway") // null is a key like others
    public K key() {
        return key;
    }

    @Override
    public int hash() {
        return StableHash.of(key);
    }

    @Override
    public Object held() {
        return states.held(values, entry, keyTo(), entry.length);
    }

    @Override
    public long place() {
        return place;
    }

    long touched() {
        return ByteBuffer.wrap(entry).getLong(TOUCHED);
    }

    @Override
    public void close() {
        sort.close();
    }
}
