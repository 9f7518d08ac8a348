/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.Tuple2;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.operators.OrderedMap;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one task attempt to one partition of a state: keys put, removed, and touched without a change, in order. It is read
 * on top of the base while the batch runs; merged into the base if the batch wins. States stand in it as in the base.
 */
public final class Overlay<K, S> {
    private static final Object REMOVED = new Object();
    private static final Object TOUCHED = new Object();

    private static final int UNKNOWN = -2;
    private static final int ENTRY_BYTES = 24; // for short keys and values
    private static final int MOST_EXPECTED = 2 * ChangeBlock.ENOUGH_BYTES / ENTRY_BYTES;

    private final HeldStates<S> states;
    private final OrderedMap<K, Object> changes = OrderedMap.ofKept(0);
    private int[] places = new int[8]; // of the changed keys in the base, so that they are looked up once; -1 is none
    private @Nullable Object layout; // of the base that has those places
    private @Nullable K lastKey;
    private int lastPlace = UNKNOWN;

    public Overlay(HeldStates<S> states) {
        this.states = states;
    }

    /** The form in which the base and this overlay hold states. */
    public HeldStates<S> states() {
        return states;
    }

    public void put(K key, int hash, S state) {
        change(key, hash, states.hold(key, state));
    }

    /**
     * The same if the state is not what it was.
     *
     * @param before the state that the function was given, as it is held
     */
    public boolean putIfChanged(K key, int hash, Object before, S state) {
        if (state == before) {
            return false;
        }
        Object after = states.hold(key, state);
        boolean changed = !HeldStates.same(before, after);
        if (changed) {
            change(key, hash, after);
        }
        return changed;
    }

    public void remove(K key, int hash) {
        change(key, hash, REMOVED);
    }

    /** Notes that the batch had the key; its state is as it was, in the base or here. */
    public void touch(K key, int hash) {
        if (changes.find(key, hash) < 0) {
            append(key, hash, TOUCHED);
        }
    }

    private void change(K key, int hash, Object change) {
        int index = changes.find(key, hash);
        if (index < 0) {
            append(key, hash, change);
        } else {
            changes.setValue(index, change);
        }
    }

    private void append(K key, int hash, Object change) {
        int index = changes.end();
        if (index == places.length) {
            places = Arrays.copyOf(places, index * 2);
        }
        places[index] = key == lastKey ? lastPlace : UNKNOWN;
        changes.append(key, hash, change);
    }

    /**
     * Notes at which index of the base the key is that is changed next, so that it need not be looked up.
     *
     * @param index -1 if it is not there
     */
    public void standsAt(StateTable<K, S> base, K key, int index) {
        if (layout == null) {
            layout = base.layout();
        }
        lastKey = key;
        lastPlace = layout == base.layout() ? index : UNKNOWN;
    }

    /** The state of a key as this overlay leaves it and as it is held, or null if it has none. */
    public @Nullable Object read(StateTable<K, S> base, K key, int hash) {
        int change = changes.find(key, hash);
        if (change >= 0 && changes.value(change) != TOUCHED) {
            return changes.value(change) == REMOVED ? null : changes.value(change);
        }
        int index = base.find(key, hash);
        standsAt(base, key, index);
        return index < 0 ? null : base.value(index);
    }

    public boolean changes(K key, int hash) {
        return changes.find(key, hash) >= 0;
    }

    public int size() {
        return changes.size();
    }

    /** Makes the base, which nothing else has changed since this overlay was begun, what this shows; what it changed was touched at {@code time}. */
    public void applyTo(StateTable<K, S> base, BatchTime time) {
        long touched = time.milliseconds();
        for (int i = 0; i < changes.end(); i++) {
            int place = place(base, i);
            if (changes.value(i) == REMOVED) {
                base.remove(place);
            } else if (changes.value(i) == TOUCHED) {
                base.touch(place, touched);
            } else {
                base.put(place, changes.key(i), changes.hash(i), changes.value(i), touched);
            }
        }
    }

    /** The place of a changed key in the base, which may have been spilled and read since, or have moved its entries. */
    private int place(StateTable<K, S> base, int change) {
        return places[change] == UNKNOWN || base.layout() != layout
                ? base.find(changes.key(change), changes.hash(change))
                : places[change];
    }

    /** Gives on the changes for the change log, in blocks, of a state whose keys were touched at {@code touched}. */
    public void encode(ValueCodec codec, long touched, StepChanges.Sink sink) throws IOException {
        int expected = Math.min(changes.size(), MOST_EXPECTED) * ENTRY_BYTES;
        encode(() -> new ChangeBlock(codec, expected), touched, this::putHeld, sink);
    }

    private void putHeld(ChangeBlock block, K key, Object state) {
        if (state instanceof byte[] encoded) {
            block.put(key, encoded, states.local());
        } else {
            block.put(key, state);
        }
    }

    /**
     * The same for a state that is read back by this program: states are written as they are held.
     *
     * @throws dev.millrace.error.CodecException if the codec does not know a type, or it would come back as another
     */
    public void encodeExact(ValueCodec codec, long touched, StepChanges.Sink sink) throws IOException {
        encode(() -> ChangeBlock.exact(codec), touched, ChangeBlock::put, sink);
    }

    private interface Put<K> {
        void put(ChangeBlock block, K key, Object state);
    }

    private void encode(Supplier<ChangeBlock> open, long touched, Put<K> put, StepChanges.Sink sink)
            throws IOException {
        ChangeBlock block = open.get();
        block.touchedAt(touched);
        for (int i = 0; i < changes.end(); i++) {
            if (block.isFull()) {
                sink.add(block.toBytes());
                block = open.get();
                block.touchedAt(touched);
            }
            if (changes.value(i) == REMOVED) {
                block.remove(changes.key(i));
            } else if (changes.value(i) == TOUCHED) {
                block.touch(changes.key(i));
            } else {
                put.put(block, changes.key(i), changes.value(i));
            }
        }
        if (changes.size() > 0) {
            sink.add(block.toBytes());
        }
    }

    /** The entries of {@code base} as this overlay leaves them and as they are held, in the order that they will have when it is applied. */
    public static <K, S> Iterator<Tuple2<K, Object>> view(StateTable<K, S> base, @Nullable Overlay<K, S> overlay) {
        return new View<>(base, overlay == null ? new OrderedMap<>() : overlay.changes);
    }

    @SuppressWarnings("NullAway") // the next entry is null only while there is none
    private static final class View<K, S> implements Iterator<Tuple2<K, Object>> {
        private final StateTable<K, S> base;
        private final OrderedMap<K, Object> changes;
        private int inBase;
        private int inChanges;
        private @Nullable Tuple2<K, Object> next;

        View(StateTable<K, S> base, OrderedMap<K, Object> changes) {
            this.base = base;
            this.changes = changes;
            advance();
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Tuple2<K, Object> next() {
            if (next == null) {
                throw new NoSuchElementException();
            }
            Tuple2<K, Object> result = next;
            advance();
            return result;
        }

        private void advance() {
            next = null;
            while (next == null && inBase < base.end()) {
                int i = inBase++;
                if (!base.isLive(i)) {
                    continue;
                }
                int change = changes.size() == 0 ? -1 : changes.find(base.key(i), base.hash(i));
                if (change < 0 || changes.value(change) == TOUCHED) {
                    next = new Tuple2<>(base.key(i), base.value(i));
                } else if (changes.value(change) != REMOVED) {
                    next = new Tuple2<>(base.key(i), changes.value(change));
                }
            }
            while (next == null && inChanges < changes.end()) {
                int i = inChanges++;
                if (changes.value(i) != REMOVED && base.find(changes.key(i), changes.hash(i)) < 0) {
                    next = new Tuple2<>(changes.key(i), changes.value(i));
                }
            }
        }
    }
}
