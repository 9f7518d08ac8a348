/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.Tuple2;
import dev.millrace.function.Function2;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.OrderedMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * A window under a function with an inverse: one value a key, from which what leaves is taken out and to which what
 * comes is added. Counts the panes of a key, so that a key without any is gone, whatever the inverse left of its value.
 */
public final class InvertedWindow<K, V> extends WindowContents<K, V, V> {
    private static final long KEY_BYTES = 60;

    private final Merge<V> merge;
    private final Inverse<V> inverse;
    private OrderedMap<K, Held<V>> keys = OrderedMap.ofKept(0);

    public InvertedWindow(Operator operator, Function2<V, V, V> merge, Inverse<V> inverse, WindowShape shape) {
        super(shape);
        this.merge = new Merge<>(operator, merge);
        this.inverse = inverse;
    }

    private static final class Held<V> {
        private V value;
        private int panes = 1;

        Held(V value) {
            this.value = value;
        }
    }

    @Override
    protected void clear() {
        keys = OrderedMap.ofKept(0);
    }

    @Override
    protected void leave(K key, V value) {
        int index = keys.find(key, StableHash.of(key));
        if (index < 0) {
            throw new IllegalStateException("key " + key + " leaves a window that it is not in");
        }
        Held<V> held = keys.value(index);
        if (--held.panes == 0) {
            keys.remove(index);
        } else {
            held.value = inverse.call(held.value, value);
        }
    }

    @Override
    protected void enter(long pane, K key, V value) {
        int hash = StableHash.of(key);
        int index = keys.find(key, hash);
        if (index >= 0) {
            keys.moveToEnd(index, key);
            Held<V> held = keys.value(keys.end() - 1);
            held.panes++;
            held.value = merge.of(held.value, value);
        } else {
            keys.append(key, hash, new Held<>(value));
        }
    }

    @Override
    protected void give(long to, Consumer<Tuple2<K, V>> sink) {
        for (int i = 0; i < keys.end(); i++) {
            if (keys.isLive(i)) {
                sink.accept(new Tuple2<>(keys.key(i), keys.value(i).value));
            }
        }
        keys.trim();
    }

    @Override
    public long frameBytes() {
        return keys.bytes() + KEY_BYTES * keys.size();
    }

    @Override
    public long bytes(ToLongFunction<Object> sizeOf) {
        return frameBytes()
                + keyBytes(keys, sizeOf)
                + sampled(keys, i -> Math.max(0, sizeOf.applyAsLong(keys.value(i).value) - BOX_BYTES));
    }

    @Override
    public OnDisk<List<Pane<K, V>>, Tuple2<K, V>> onDisk(MemorySpace space) {
        return new InvertedOnDisk<>(merge, inverse, space, shape());
    }
}
