/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.Tuple2;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.operators.OrderedMap;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one task attempt to one partition of a state: keys put, removed, and touched without a change, in order. It is read
 * on top of the base while the batch runs; merged into the base if the batch wins. States stand in it as in the base.
 *
 * <pre>{@code
 *   base       a=1   b=2   c=3                  what the batch before left; it does not change while the batch runs
 *   overlay    b=5   c removed   a touched   d=4
 *   view       a=1   b=5   d=4                  what outputs of the batch read, and what the base becomes if the batch wins
 * }</pre>
 */
public final class Overlay<K, S> {
    /** The place of a key that was not looked up. */
    static final long UNKNOWN = -2;

    private static final Object REMOVED = new Object();
    private static final Object TOUCHED = new Object();

    private static final int ENTRY_BYTES = 24; // for short keys and values
    private static final int MOST_EXPECTED = 2 * ChangeBlock.ENOUGH_BYTES / ENTRY_BYTES;

    private final HeldStates<S> states;
    private final int expected;
    private OrderedMap<K, Object> changes = OrderedMap.ofKept(0);
    private long[] places = new long[8]; // where the changed keys stand in the base, so that they are looked up once
    private @Nullable Object layout; // the layout of the base to which these places belong

    // A program comes to a key, and then changes it. What is known of the key that it came to last saves a look-up.
    private @Nullable K lastKey;
    private int lastChange = (int) UNKNOWN; // its index in the changes, -1 if it is not changed, or UNKNOWN
    private long lastPlace = UNKNOWN; // its place in the base

    public Overlay(HeldStates<S> states) {
        this(states, 0);
    }

    /** @param expected how many keys to make room for, once there is one */
    Overlay(HeldStates<S> states, int expected) {
        this.states = states;
        this.expected = expected;
    }

    /** The form in which the base and this overlay hold states. */
    public HeldStates<S> states() {
        return states;
    }

    /** Begins an overlay on this base, to which the places of keys belong from now on. */
    void over(StateBase<K, S> base) {
        layout = base.layout();
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
        if (find(key, hash) < 0) {
            append(key, hash, TOUCHED);
        }
    }

    private void change(K key, int hash, Object change) {
        int index = find(key, hash);
        if (index < 0) {
            append(key, hash, change);
        } else {
            changes.setValue(index, change);
        }
    }

    private int find(K key, int hash) {
        return key == lastKey && lastChange != UNKNOWN ? lastChange : changes.find(key, hash);
    }

    private void append(K key, int hash, Object change) {
        int index = changes.end();
        if (index == 0 && expected > 0) {
            changes = OrderedMap.ofKept(expected);
            places = new long[Math.max(places.length, expected)];
        } else if (index == places.length) {
            places = Arrays.copyOf(places, index * 2);
        }
        places[index] = key == lastKey ? lastPlace : UNKNOWN;
        changes.append(key, hash, change);
        lastChange = key == lastKey ? index : (int) UNKNOWN;
    }

    /** Notes that the program has come to a key, which the overlay has not changed yet, and changes it next if at all. */
    void standsAt(K key, long place) {
        lastKey = key;
        lastChange = -1;
        lastPlace = place;
    }

    /** Notes that the program has come to an entry of the base; returns whether the overlay has changed it already. */
    boolean isChanged(StateEntries<K> entry) {
        lastKey = entry.key();
        lastChange = changes.find(lastKey, entry.hash());
        lastPlace = entry.place();
        return lastChange >= 0;
    }

    /** Looks up keys as this overlay leaves them. Finding a key also notes that the program has come to it. */
    LookUps<K> lookUps(StateBase<K, S> base) {
        return new Over(base.lookUps());
    }

    private final class Over implements LookUps<K> {
        private final LookUps<K> base;
        private Object[] keys = {};
        private int[] hashes = {};
        private int[] likely = {};

        @SuppressWarnings("unused") // written, so that reading ahead is not optimised away
        private int read;

        Over(LookUps<K> base) {
            this.base = base;
        }

        @Override
        public int most() {
            return base.most();
        }

        @Override
        public void readAhead(Object[] wanted, int[] hashesOfWanted, int count) {
            keys = wanted;
            hashes = hashesOfWanted;
            if (likely.length < count) {
                likely = new int[wanted.length];
            }
            read = changes.readAhead(hashes, count, likely);
            base.readAhead(wanted, hashes, count);
        }

        @Override
        @SuppressWarnings("unchecked")
        public @Nullable Object find(int index) {
            lastKey = (K) keys[index];
            lastPlace = UNKNOWN;
            lastChange = changes.find(lastKey, hashes[index]);
            if (lastChange >= 0 && changes.value(lastChange) != TOUCHED) {
                return changes.value(lastChange) == REMOVED ? null : changes.value(lastChange);
            }
            Object held = base.find(index);
            lastPlace = base.place();
            return held;
        }

        @Override
        public long place() {
            return lastPlace;
        }
    }

    public int size() {
        return changes.size();
    }

    /**
     * Gives on the changes in their order.
     *
     * @param base whose places are meant; of one that was made anew, or has moved its entries, none is known
     */
    void forEach(StateBase<K, S> base, StateChanges<K> taker) {
        for (int i = 0; i < changes.end(); i++) {
            Object change = changes.value(i);
            K key = changes.key(i);
            int hash = changes.hash(i);
            long place = layout == base.layout() ? places[i] : UNKNOWN; // the changes before may have moved entries
            if (change == REMOVED) {
                taker.remove(key, hash, place);
            } else if (change == TOUCHED) {
                taker.touch(key, hash, place);
            } else {
                taker.put(key, hash, change, place);
            }
        }
    }

    /** Gives on the changes for the change log, in blocks, of a state whose keys were touched at {@code touched}. */
    public void encode(ValueCodec codec, long touched, StepChanges.Sink sink) throws IOException {
        int expected = Math.min(changes.size(), MOST_EXPECTED) * ENTRY_BYTES;
        encode(() -> new ChangeBlock(codec, expected), touched, sink);
    }

    private void putHeld(ChangeBlock block, K key, Object state) {
        if (state instanceof byte[] encoded) {
            block.put(key, encoded, states.local());
        } else {
            block.put(key, state);
        }
    }

    private void encode(Supplier<ChangeBlock> open, long touched, StepChanges.Sink sink) throws IOException {
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
                putHeld(block, changes.key(i), changes.value(i));
            }
        }
        if (changes.size() > 0) {
            sink.add(block.toBytes());
        }
    }

    /** The entries of {@code base} as this overlay leaves them and as they are held, in the order that they will have when it is applied. */
    public static <K, S> Iterator<Tuple2<K, Object>> view(StateBase<K, S> base, @Nullable Overlay<K, S> overlay) {
        return new View<>(base.entries(), overlay == null ? new OrderedMap<>() : overlay.changes);
    }

    @SuppressWarnings("NullAway") // the next entry is null only while there is none
    private static final class View<K> implements Iterator<Tuple2<K, Object>> {
        private final StateEntries<K> base;
        private final OrderedMap<K, Object> changes;
        private final BitSet inBase = new BitSet(); // of the changes
        private boolean isBaseRead;
        private int inChanges;
        private @Nullable Tuple2<K, Object> next;

        View(StateEntries<K> base, OrderedMap<K, Object> changes) {
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
            while (next == null && !isBaseRead) {
                isBaseRead = !base.next();
                if (!isBaseRead) {
                    next = fromBase();
                }
            }
            while (next == null && inChanges < changes.end()) {
                int i = inChanges++;
                if (changes.value(i) != REMOVED && !inBase.get(i)) {
                    next = new Tuple2<>(changes.key(i), changes.value(i));
                }
            }
        }

        private @Nullable Tuple2<K, Object> fromBase() {
            int change = changes.size() == 0 ? -1 : changes.find(base.key(), base.hash());
            if (change >= 0) {
                inBase.set(change);
            }
            if (change < 0 || changes.value(change) == TOUCHED) {
                return new Tuple2<>(base.key(), base.held());
            }
            return changes.value(change) == REMOVED ? null : new Tuple2<>(base.key(), changes.value(change));
        }
    }
}
