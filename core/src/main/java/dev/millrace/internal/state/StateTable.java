/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.memory.Sampler;
import dev.millrace.internal.operators.OrderedMap;
import dev.millrace.streaming.BatchTime;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a keyed state: keys and states in order of first arrival, and, where keys time out, when each was
 * last touched. Changed between batches only; while a batch runs its tasks and outputs read it. States stand in it as
 * {@link HeldStates} says.
 *
 * @param <S> what the states are to the program
 */
public final class StateTable<K, S> implements StateBase<K, S> {
    private static final int SAMPLE = 64;

    private final OrderedMap<K, Object> entries;
    private final @Nullable TouchOrder touches;
    private Object layout = new Object();

    /** @param timed whether keys time out */
    public StateTable(boolean timed) {
        this(timed, 0);
    }

    /** @param expected how many keys to make room for */
    public StateTable(boolean timed, int expected) {
        entries = OrderedMap.ofKept(expected);
        touches = timed ? new TouchOrder() : null;
    }

    public int size() {
        return entries.size();
    }

    /** One more than the greatest index of an entry. */
    public int end() {
        return entries.end();
    }

    public boolean isLive(int index) {
        return entries.isLive(index);
    }

    public K key(int index) {
        return entries.key(index);
    }

    /** The state as it is held. */
    public Object value(int index) {
        return entries.value(index);
    }

    /** The time at which the entry was last touched. */
    public long touched(int index) {
        return touches == null ? ChangeBlock.UNTIMED : touches.time(index);
    }

    /** About how much memory it takes with keys and values, by a sample of them. */
    long estimatedBytes() {
        Sampler sizes = new Sampler();
        int step = Math.max(1, end() / SAMPLE);
        for (int i = 0; i < end(); i += step) {
            if (isLive(i)) {
                sizes.add(0, key(i), value(i));
            }
        }
        return bytes() + size() * sizes.mean();
    }

    /** Returns what it takes beside keys and values. */
    public long bytes() {
        return entries.bytes() + (touches == null ? 0 : touches.bytes());
    }

    /** A place is an index. */
    @Override
    public Object layout() {
        return layout;
    }

    @Override
    public LookUps<K> lookUps() {
        return new TableLookUps<>(entries);
    }

    @Override
    public StateEntries<K> entries() {
        return new TableEntries<>(entries, null);
    }

    @Override
    public StateEntries<K> touchedBefore(long limit) {
        return new TableEntries<>(entries, touches == null ? new int[0] : touches.touchedBefore(limit));
    }

    /** Makes it, which nothing else has changed since the overlay was begun, what the overlay shows; what that changed was touched at {@code time}. */
    void apply(Overlay<K, S> overlay, BatchTime time) {
        long touched = time.milliseconds();
        overlay.forEach(this, new StateChanges<>() {
            @Override
            public void put(K key, int hash, Object held, long place) {
                StateTable.this.put(index(key, hash, place), key, hash, held, touched);
            }

            @Override
            public void remove(K key, int hash, long place) {
                StateTable.this.remove(index(key, hash, place));
            }

            @Override
            public void touch(K key, int hash, long place) {
                StateTable.this.touch(index(key, hash, place), touched);
            }
        });
    }

    private int index(K key, int hash, long place) {
        return place == Overlay.UNKNOWN ? find(key, hash) : (int) place;
    }

    /** The index of {@code key}, or -1. */
    int find(K key, int hash) {
        return entries.find(key, hash);
    }

    /** Adds a key that is known to be absent; after the last of them comes {@link #loaded}. */
    public void load(K key, int hash, Object value, long touched) {
        entries.load(key, hash, value);
        if (touches != null) {
            touches.add(entries.end() - 1, touched);
        }
    }

    /** The table is loaded completely, in order of arrival. Gives back room that was made for more. */
    public void loaded() {
        loaded(null);
    }

    /** Ends the loading of entries that came in another order: those at these places are the first, the second, and so on. */
    void loaded(int @Nullable [] order) {
        entries.loaded(order);
        entries.trim(); // no entry has been removed, so none moves
        layout = new Object();
        if (touches != null) {
            if (order != null) {
                touches.reorder(order);
            }
            touches.sort();
        }
    }

    void put(K key, int hash, Object value, long time) {
        put(entries.find(key, hash), key, hash, value, time);
    }

    /** @param index of the key, or -1 */
    void put(int index, K key, int hash, Object value, long time) {
        if (index < 0) {
            append(key, hash, value, time);
            return;
        }
        entries.setValue(index, value);
        touch(index, time);
    }

    private void append(K key, int hash, Object value, long time) {
        int before = entries.end();
        entries.append(key, hash, value);
        if (entries.end() != before + 1) { // it has closed its holes
            layout = new Object();
            if (touches != null) {
                touches.closeHoles();
            }
        }
        if (touches != null) {
            touches.add(entries.end() - 1, time);
        }
    }

    void touch(K key, int hash, long time) {
        touch(entries.find(key, hash), time);
    }

    /** @param index of the key, or -1 */
    void touch(int index, long time) {
        if (touches != null && index >= 0) {
            touches.touch(index, time);
        }
    }

    void remove(K key, int hash) {
        remove(entries.find(key, hash));
    }

    /** @param index of the key, or -1 */
    void remove(int index) {
        if (index >= 0) {
            entries.remove(index);
            if (touches != null) {
                touches.remove(index);
            }
        }
    }
}
