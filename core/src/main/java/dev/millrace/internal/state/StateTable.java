/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.operators.OrderedMap;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a keyed state: keys and states in order of first arrival, and, where keys time out, when each was
 * last touched. Changed between batches only; while a batch runs its tasks and outputs read it. States stand in it as
 * {@link HeldStates} says.
 *
 * @param <S> what the states are to the program
 */
public final class StateTable<K, S> {
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

    public int hash(int index) {
        return entries.hash(index);
    }

    /** The state as it is held. */
    public Object value(int index) {
        return entries.value(index);
    }

    /** When the entry was last touched. */
    public long touched(int index) {
        return touches == null ? ChangeBlock.UNTIMED : touches.time(index);
    }

    /** No key was touched before; {@link Long#MAX_VALUE} if there is none, or keys do not time out. */
    public long oldestTouch() {
        return touches == null ? Long.MAX_VALUE : touches.oldestTime();
    }

    /** Returns what it takes beside keys and values. */
    public long bytes() {
        return entries.bytes() + (touches == null ? 0 : touches.bytes());
    }

    /** As long as this is the same object, no entry has moved to another index; some may have come or gone. */
    Object layout() {
        return layout;
    }

    /** The index of {@code key}, or -1. */
    public int find(K key, int hash) {
        return entries.find(key, hash);
    }

    /** The entries that were last touched before {@code limit}, in order of first arrival; none if keys do not time out. */
    public int[] touchedBefore(long limit) {
        return touches == null ? new int[0] : touches.touchedBefore(limit);
    }

    /** Adds a key that is known to be absent; after the last of them comes {@link #loaded}. */
    public void load(K key, int hash, Object value, long touched) {
        append(key, hash, value, touched);
    }

    /** The table is loaded completely. Gives back room that was made for more. */
    public void loaded() {
        entries.trim(); // no entry has been removed, so none moves
        if (touches != null) {
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
