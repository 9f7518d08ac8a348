/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.codec.LocalValues;
import dev.millrace.internal.runs.RunEntries;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes the changes of an overlay into the recent changes of a partition on disk, encoded, some together: those whose place is
 * not known are looked up first. Changes that it has taken when it fails may be taken again. One thread.
 */
final class RunChanges<K> implements StateChanges<K> {
    private static final int FIRST = 64;

    private final RunEntries recent;
    private final KeySearch search;
    private final LocalValues values;
    private final long touched;
    private long nextArrival;
    private long added; // keys that were not there, without those that are gone
    private byte[][] keys = new byte[FIRST][];
    private boolean[] sorted = new boolean[FIRST];
    private boolean[] hasSets = new boolean[FIRST];
    private byte[] @Nullable [] states = new byte[FIRST][]; // null if the key is removed or touched
    private boolean[] touches = new boolean[FIRST];
    private long[] places = new long[FIRST];
    private int size;

    /**
     * @param search in what the changes apply to
     * @param touched when their keys were touched
     */
    RunChanges(RunEntries recent, KeySearch search, LocalValues values, long touched, long nextArrival) {
        this.recent = recent;
        this.search = search;
        this.values = values;
        this.touched = touched;
        this.nextArrival = nextArrival;
    }

    /** The number of the next key that arrives. */
    long nextArrival() {
        return nextArrival;
    }

    /** By how many keys there are more. */
    long added() {
        return added;
    }

    @Override
    public void put(K key, int hash, Object held, long place) {
        add(key, StateForm.encoded(held, values), false, place);
    }

    @Override
    public void remove(K key, int hash, long place) {
        add(key, null, false, place);
    }

    @Override
    public void touch(K key, int hash, long place) {
        add(key, null, true, place);
    }

    private void add(K key, byte @Nullable [] state, boolean touches, long place) {
        if (size == keys.length) {
            grow();
        }
        keys[size] = values.encodeKey(key);
        sorted[size] = values.isSorted();
        hasSets[size] = values.hasSets();
        states[size] = state;
        this.touches[size] = touches;
        places[size] = place;
        if (++size == KeySearch.MOST) {
            apply();
        }
    }

    private void grow() {
        touches = Arrays.copyOf(touches, 2 * size);
        keys = Arrays.copyOf(keys, 2 * size);
        sorted = Arrays.copyOf(sorted, 2 * size);
        hasSets = Arrays.copyOf(hasSets, 2 * size);
        states = Arrays.copyOf(states, 2 * size);
        places = Arrays.copyOf(places, 2 * size);
    }

    /** Applies what was taken; to be called after the last change too. */
    void apply() {
        findPlaces();
        for (int i = 0; i < size; i++) {
            byte[] key = keys[i];
            boolean isThere = places[i] >= 0;
            byte[] state = states[i];
            if (state != null) {
                added += isThere ? 0 : 1;
                put(i, state, isThere ? places[i] : nextArrival++, isThere && hasSets[i]);
            } else if (isThere && touches[i]) {
                recent.touch(key, touched);
            } else if (isThere) {
                added--;
                recent.remove(key);
            }
        }
        Arrays.fill(keys, 0, size, null);
        Arrays.fill(states, 0, size, null);
        size = 0;
    }

    /** @param keepsKey whether the key that came first is to be read back, which differs perhaps in whether its sets are sorted */
    private void put(int change, byte[] state, long arrival, boolean keepsKey) {
        byte[] key = keys[change];
        int before = keepsKey ? recent.find(key, 0, key.length) : -1;
        if (before >= 0 && recent.change(before) == ChangeBlock.Change.PUT) {
            recent.put(key, recent.isSorted(before), recent.isAgain(before), state, arrival, touched);
        } else {
            recent.put(key, sorted[change], !keepsKey, state, arrival, touched);
        }
    }

    private void findPlaces() {
        int[] numbers = new int[size];
        for (int i = 0; i < size; i++) {
            if (places[i] == Overlay.UNKNOWN) {
                numbers[i] = search.add(keys[i], 0, keys[i].length);
            }
        }
        if (search.size() == 0) {
            return;
        }
        search.search();
        for (int i = 0; i < size; i++) {
            if (places[i] == Overlay.UNKNOWN) {
                places[i] = search.found(numbers[i]) ? search.arrival(numbers[i]) : LookUps.ABSENT;
            }
        }
        search.clear();
    }
}
