/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.materialise;

import dev.millrace.Tuple2;
import dev.millrace.function.Function2;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.operators.UserCode;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** A window under an associative function without an inverse: a {@link KeyFold} a key, each with a phase of its own. */
public final class FoldedWindow<K, V> extends WindowContents<K, V, V> {
    private static final int SPREAD = 0x9E3779B9;
    private static final long KEY_BYTES = 120;

    private final Operator operator;
    private final Function2<V, V, V> merge;
    private final int length;
    private final Map<K, KeyFold<V>> keys = new LinkedHashMap<>(16, 0.75f, true); // in the order of being looked up
    private long bytes;

    public FoldedWindow(Operator operator, Function2<V, V, V> merge, WindowShape shape) {
        super(shape);
        this.operator = operator;
        this.merge = merge;
        this.length = shape.length();
    }

    @Override
    protected void clear() {
        keys.clear();
    }

    @Override
    protected void enter(long pane, K key, V value) {
        KeyFold<V> fold = keys.get(key);
        if (fold == null) {
            fold = new KeyFold<>(phase(key), length, pane);
            keys.put(key, fold);
        }
        fold.add(pane, value);
    }

    /** By the high bits of the hash: the low ones have chosen the partition. */
    private int phase(K key) {
        long spread = (StableHash.of(key) * SPREAD) & 0xFFFFFFFFL;
        return (int) (spread * length >>> 32);
    }

    @Override
    protected void give(long to, Consumer<Tuple2<K, V>> sink) {
        bytes = 0;
        Iterator<Map.Entry<K, KeyFold<V>>> all = keys.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<K, KeyFold<V>> entry = all.next();
            KeyFold<V> fold = entry.getValue();
            if (fold.isGone(to)) {
                all.remove();
            } else {
                sink.accept(new Tuple2<>(entry.getKey(), valueAt(to, fold)));
                bytes += KEY_BYTES + fold.bytes();
            }
        }
    }

    private V valueAt(long to, KeyFold<V> fold) {
        try {
            return fold.at(to, merge);
        } catch (Throwable e) {
            throw UserCode.failed(operator, e);
        }
    }

    @Override
    public long bytes() {
        return bytes;
    }
}
