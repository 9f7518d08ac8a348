/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.materialise;

import dev.millrace.Tuple2;
import dev.millrace.function.Function2;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.operators.OrderedMap;
import dev.millrace.internal.operators.UserCode;
import java.util.function.Consumer;

/** A window under an associative function without an inverse: a {@link KeyFold} a key, each with a phase of its own. */
public final class FoldedWindow<K, V> extends WindowContents<K, V, V> {
    private static final int SPREAD = 0x9E3779B9;
    private static final long KEY_BYTES = 110; // the fold, its arrays, the back
    private static final int VALUE_BYTES = 20;
    private static final int AHEAD = 64;

    private final Operator operator;
    private final Function2<V, V, V> merge;
    private final int length;
    private OrderedMap<K, KeyFold<V>> keys;
    private Arrivals<V> values;
    private int arrived; // values of the newest pane that their keys, the last ones, do not know yet
    private Object[] backs; // side by side: old memory that each slide writes to is to be little
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
        keys = new OrderedMap<>();
        values = new Arrivals<>(length);
        arrived = 0;
        backs = new Object[0];
    }

    /** The fold is looked at when the window is given, and only then: most are not in the cache. */
    @Override
    protected void enter(long pane, K key, V value) {
        if (pane != values.newestPane()) {
            begin(pane);
        }
        int hash = StableHash.of(key);
        if (!keys.moveToEnd(key, hash)) {
            keys.append(key, hash, new KeyFold<>(phase(hash), length, pane));
        }
        values.add(value);
        arrived++;
    }

    private void begin(long pane) {
        for (int i = arrived; i > 0; i--) {
            keys.value(keys.end() - i).add(values.end() - i, length);
        }
        arrived = 0;
        values.begin(pane);
    }

    /** By the high bits of the hash: the low ones have chosen the partition. */
    private int phase(int hash) {
        long spread = (hash * SPREAD) & 0xFFFFFFFFL;
        return (int) (spread * length >>> 32);
    }

    @Override
    protected void give(long to, Consumer<Tuple2<K, V>> sink) {
        if (to != values.newestPane()) {
            begin(to);
        }
        int oldest = values.startOf(to - length + 1);
        int end = keys.end();
        int known = end - arrived;
        Object[] newBacks = new Object[keys.size()];
        int place = 0;
        foldBytes = 0;
        for (int i = 0; i < end; i++) {
            if (i % AHEAD == 0) {
                readAhead(i, Math.min(i + AHEAD, end));
            }
            if (!keys.isLive(i)) {
                continue;
            }
            KeyFold<V> fold = keys.value(i);
            if (i >= known) {
                fold.add(values.end() - (end - i), length);
            }
            if (fold.isGone(oldest)) {
                keys.remove(i);
                continue;
            }
            V back = backOf(fold, to);
            sink.accept(new Tuple2<>(keys.key(i), valueOf(fold, back)));
            newBacks[place] = back;
            fold.setPlace(place++);
            foldBytes += KEY_BYTES + fold.bytes();
        }
        arrived = 0;
        backs = newBacks;
        keys.trim();
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

    @SuppressWarnings({"unchecked", "NullAway"}) // a fold that has just been flipped has none
    private V backOf(KeyFold<V> fold, long to) {
        try {
            if (fold.isToFlip(to, length)) {
                fold.flip(to, length, values, merge);
                return fold.foldBack(null, values, merge);
            }
            return fold.foldBack((V) backs[fold.place()], values, merge);
        } catch (Throwable e) {
            throw UserCode.failed(operator, e);
        }
    }

    private V valueOf(KeyFold<V> fold, V back) {
        try {
            return fold.fold(back, merge);
        } catch (Throwable e) {
            throw UserCode.failed(operator, e);
        }
    }

    @Override
    public long bytes() {
        return keys.bytes() + foldBytes + (long) VALUE_BYTES * values.size();
    }
}
