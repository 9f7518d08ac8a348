/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.materialise;

import dev.millrace.Tuple2;
import dev.millrace.function.Function2;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.operators.UserCode;
import java.util.function.Consumer;

/** A window under an associative function without an inverse: a {@link KeyFold} a key, each with a phase of its own. */
public final class FoldedWindow<K, V> extends WindowContents<K, V, V> {
    private static final int SPREAD = 0x9E3779B9;
    private static final long KEY_BYTES = 120;

    private final Operator operator;
    private final Function2<V, V, V> merge;
    private final int length;
    private LatestKeys<K, KeyFold<V>> keys = new LatestKeys<>();
    private long foldBytes;

    public FoldedWindow(Operator operator, Function2<V, V, V> merge, WindowShape shape) {
        super(shape);
        this.operator = operator;
        this.merge = merge;
        this.length = shape.length();
    }

    @Override
    protected void clear() {
        keys = new LatestKeys<>();
    }

    @Override
    protected void enter(long pane, K key, V value) {
        int hash = StableHash.of(key);
        int index = keys.find(key, hash);
        if (index >= 0) {
            keys.renew(index);
            keys.value(index).add(pane, value);
        } else {
            KeyFold<V> fold = new KeyFold<>(phase(hash), length, pane);
            fold.add(pane, value);
            keys.append(key, hash, fold);
        }
    }

    /** By the high bits of the hash: the low ones have chosen the partition. */
    private int phase(int hash) {
        long spread = (hash * SPREAD) & 0xFFFFFFFFL;
        return (int) (spread * length >>> 32);
    }

    @Override
    protected void give(long to, Consumer<Tuple2<K, V>> sink) {
        foldBytes = 0;
        keys.settle();
        int size = keys.size();
        for (int place = 0; place < size; place++) {
            int index = keys.at(place);
            KeyFold<V> fold = keys.value(index);
            if (fold.isGone(to)) {
                keys.remove(index);
            } else {
                sink.accept(new Tuple2<>(keys.key(index), valueAt(to, fold)));
                foldBytes += KEY_BYTES + fold.bytes();
            }
        }
        keys.settle();
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
        return keys.bytes() + foldBytes;
    }
}
