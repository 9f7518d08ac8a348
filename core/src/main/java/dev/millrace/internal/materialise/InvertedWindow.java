/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.materialise;

import dev.millrace.Tuple2;
import dev.millrace.function.Function2;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.operators.UserCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A window under a function with an inverse: one value a key, from which what leaves is taken out and to which what
 * comes is added. Counts the panes of a key, so that a key without any is gone, whatever the inverse left of its value.
 */
public final class InvertedWindow<K, V> extends WindowContents<K, V, V> {
    private static final long KEY_BYTES = 100;

    private final Operator operator;
    private final Function2<V, V, V> merge;
    private final Function2<V, V, V> inverse;
    private final Map<K, Held<V>> keys = new LinkedHashMap<>();

    public InvertedWindow(Operator operator, Function2<V, V, V> merge, Function2<V, V, V> inverse, WindowShape shape) {
        super(shape);
        this.operator = operator;
        this.merge = merge;
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
        keys.clear();
    }

    @Override
    protected void leave(K key, V value) {
        Held<V> held = keys.get(key);
        if (held == null) {
            throw new IllegalStateException("key " + key + " leaves a window that it is not in");
        }
        if (--held.panes == 0) {
            keys.remove(key);
        } else {
            held.value = call(inverse, held.value, value);
        }
    }

    @Override
    protected void enter(long pane, K key, V value) {
        Held<V> held = keys.remove(key); // to stand at the end again
        if (held == null) {
            held = new Held<>(value);
        } else {
            held.panes++;
            held.value = call(merge, held.value, value);
        }
        keys.put(key, held);
    }

    private V call(Function2<V, V, V> function, V first, V second) {
        try {
            return function.call(first, second);
        } catch (Throwable e) {
            throw UserCode.failed(operator, e);
        }
    }

    @Override
    protected void give(long to, Consumer<Tuple2<K, V>> sink) {
        keys.forEach((key, held) -> sink.accept(new Tuple2<>(key, held.value)));
    }

    @Override
    public long bytes() {
        return KEY_BYTES * keys.size();
    }
}
