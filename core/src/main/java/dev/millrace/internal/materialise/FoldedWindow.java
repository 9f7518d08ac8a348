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
    private static final long KEY_BYTES = 120;

    private final Operator operator;
    private final Function2<V, V, V> merge;
    private final int length;
    private OrderedMap<K, KeyFold<V>> keys = new OrderedMap<>();
    private long bytes;

    public FoldedWindow(Operator operator, Function2<V, V, V> merge, WindowShape shape) {
        super(shape);
        this.operator = operator;
        this.merge = merge;
        this.length = shape.length();
    }

    @Override
    protected void clear() {
        keys = new OrderedMap<>();
    }

    @Override
    protected void enter(long pane, K key, V value) {
        int hash = StableHash.of(key);
        KeyFold<V> fold = keys.take(key, hash);
        if (fold == null) {
            fold = new KeyFold<>(phase(hash), length, pane);
        }
        keys.append(key, hash, fold);
        fold.add(pane, value);
    }

    /** By the high bits of the hash: the low ones have chosen the partition. */
    private int phase(int hash) {
        long spread = (hash * SPREAD) & 0xFFFFFFFFL;
        return (int) (spread * length >>> 32);
    }

    @Override
    protected void give(long to, Consumer<Tuple2<K, V>> sink) {
        bytes = 0;
        for (int i = 0; i < keys.end(); i++) {
            if (!keys.isLive(i)) {
                continue;
            }
            KeyFold<V> fold = keys.value(i);
            if (fold.isGone(to)) {
                keys.remove(i);
            } else {
                sink.accept(new Tuple2<>(keys.key(i), valueAt(to, fold)));
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
