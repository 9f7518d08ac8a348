/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.Tuple2;
import dev.millrace.function.Function2;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.OrderedMap;
import dev.millrace.internal.operators.UserCode;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** A window under an associative function without an inverse: a {@link TwoStacks} a key, each with a phase of its own. */
public final class FoldedWindow<K, V> extends WindowContents<K, V, V> {
    private static final long KEY_BYTES = 110; // the fold, its arrays' headers, the value of the back
    private static final long VALUE_BYTES = 4; // its number
    private static final int AHEAD = 64;
    private static final int SMALL = 64; // not made smaller

    private final Operator operator;
    private final Function2<V, V, V> merge;
    private final int length;
    private OrderedMap<K, TwoStacks<V>> keys;
    private Arrivals<V> values;
    private int arrived; // values of the newest pane that their keys, the last ones, do not know yet
    private Object[] backs; // by the place of the fold; side by side, for each slide writes to most of them
    private int places; // those that are taken, also by keys that have gone since
    private long foldBytes;
    private int read; // written so that reading ahead is not optimised away

    public FoldedWindow(Operator operator, Function2<V, V, V> merge, WindowShape shape) {
        super(shape);
        this.operator = operator;
        this.merge = merge;
        this.length = shape.length();
        clear();
    }

    @Override
    protected final void clear() {
        keys = OrderedMap.ofKept(0);
        values = new Arrivals<>(length);
        arrived = 0;
        backs = new Object[SMALL];
        places = 0;
    }

    /** The fold is looked at when the window is given, and only then: most are not in the cache. */
    @Override
    protected void enter(long pane, K key, V value) {
        if (pane != values.newestPane()) {
            addArrived();
            values.begin(pane);
        }
        int hash = StableHash.of(key);
        int index = keys.find(key, hash);
        if (index >= keys.end() - arrived) {
            addArrived(); // the key is there twice: panes of a window that was not reduced may be
        }
        if (index >= 0) {
            keys.moveToEnd(index, key);
        } else {
            keys.append(key, hash, new TwoStacks<>(Spread.of(hash, length), length, pane, newPlace()));
        }
        values.add(value);
        arrived++;
    }

    private void addArrived() {
        int oldest = oldest();
        for (int i = arrived; i > 0; i--) {
            TwoStacks<V> fold = keys.value(keys.end() - i);
            fold.leave(oldest);
            fold.add(values.end() - i, length);
        }
        arrived = 0;
    }

    /** The first value of the window that ends with the newest pane. */
    private int oldest() {
        return values.startOf(values.newestPane() - length + 1);
    }

    private int newPlace() {
        if (places == backs.length) {
            renumber();
        }
        return places++;
    }

    /** Gives the keys that are left places without gaps, and half as many for those to come. */
    private void renumber() {
        Object[] before = backs;
        backs = new Object[Math.max(SMALL, keys.size() + keys.size() / 2)];
        places = 0;
        for (int i = 0; i < keys.end(); i++) {
            if (keys.isLive(i)) {
                TwoStacks<V> fold = keys.value(i);
                backs[places] = before[fold.place()];
                fold.setPlace(places++);
            }
        }
    }

    @Override
    protected void give(long to, Consumer<Tuple2<K, V>> sink) {
        if (to != values.newestPane()) {
            addArrived();
            values.begin(to);
        }
        int oldest = oldest();
        int end = keys.end();
        int known = end - arrived;
        int rest = (int) Math.floorMod(to, (long) length);
        foldBytes = 0;
        for (int i = 0; i < end; i++) {
            if (i % AHEAD == 0) {
                readAhead(i, Math.min(i + AHEAD, end));
            }
            if (!keys.isLive(i)) {
                continue;
            }
            TwoStacks<V> fold = keys.value(i);
            fold.leave(oldest);
            if (i >= known) {
                fold.add(values.end() - (end - i), length);
            }
            if (fold.isEmpty()) {
                keys.remove(i);
                backs[fold.place()] = null;
            } else {
                sink.accept(new Tuple2<>(keys.key(i), valueAt(fold.due(to, rest, length), fold)));
                foldBytes += KEY_BYTES + fold.bytes();
            }
        }
        arrived = 0;
        keys.trim();
        if (backs.length > SMALL && keys.size() < backs.length / 4) {
            renumber();
        }
    }

    /** Folds lie all over the memory: reading them in a loop that does nothing else waits for many of them at once. */
    private void readAhead(int from, int until) {
        int all = 0;
        for (int i = from; i < until; i++) {
            if (keys.isLive(i)) {
                all += keys.value(i).readAhead();
            }
        }
        read = all;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // a back that is not begun has no value
    private V valueAt(long due, TwoStacks<V> fold) {
        try {
            V before = (V) backs[fold.place()];
            boolean flips = fold.isToFlip(due);
            if (flips) {
                fold.flip(due, values, merge);
            }
            V back = fold.foldBack(flips ? null : before, values, merge);
            if (back != before) { // most are the same if keys come seldom
                backs[fold.place()] = back;
            }
            return fold.fold(back, merge);
        } catch (Throwable e) {
            throw UserCode.failed(operator, e);
        }
    }

    @Override
    public long frameBytes() {
        long atLeast = KEY_BYTES * keys.size() + VALUE_BYTES * values.size(); // while the window is not given yet
        return keys.bytes() + Math.max(foldBytes, atLeast) + (long) Integer.BYTES * backs.length + values.bytes();
    }

    @Override
    public long bytes(ToLongFunction<Object> sizeOf) {
        long beyondABox = Math.max(0, values.valueBytes(sizeOf) - BOX_BYTES); // also of the back of each key
        return frameBytes() + keyBytes(keys, sizeOf) + beyondABox * (keys.size() + values.size());
    }

    @Override
    public OnDisk<List<Pane<K, V>>, Tuple2<K, V>> onDisk(MemorySpace space) {
        return new FoldedOnDisk<>(new Merge<>(operator, merge), space, shape());
    }
}
