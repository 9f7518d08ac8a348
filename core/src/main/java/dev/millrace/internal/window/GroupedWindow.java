/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.OrderedMap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** All values of a key, the oldest first. As long as what it gives, so it is put together anew each time. */
public final class GroupedWindow<K, V> extends WindowContents<K, List<V>, List<V>> {
    private static final long KEY_BYTES = 40; // the list

    private OrderedMap<K, List<V>> keys = OrderedMap.ofKept(0);

    public GroupedWindow(WindowShape shape) {
        super(shape);
    }

    @Override
    protected boolean isIncremental() {
        return false;
    }

    @Override
    protected void clear() {
        keys = OrderedMap.ofKept(0);
    }

    @Override
    protected void enter(long pane, K key, List<V> values) {
        int hash = StableHash.of(key);
        int index = keys.find(key, hash);
        if (index < 0) {
            keys.append(key, hash, new ArrayList<>(values));
        } else {
            keys.value(index).addAll(values);
            keys.moveToEnd(index, key);
        }
    }

    @Override
    protected void give(long to, Consumer<Tuple2<K, List<V>>> sink) {
        for (int i = 0; i < keys.end(); i++) {
            if (keys.isLive(i)) {
                sink.accept(new Tuple2<>(keys.key(i), keys.value(i)));
            }
        }
        clear();
    }

    @Override
    public long frameBytes() {
        return keys.bytes() + KEY_BYTES * keys.size();
    }

    @Override
    public long bytes(ToLongFunction<Object> sizeOf) {
        return frameBytes() + keyBytes(keys, sizeOf) + sampled(keys, i -> sizeOf.applyAsLong(keys.value(i)));
    }

    @Override
    public OnDisk<List<Pane<K, List<V>>>, Tuple2<K, List<V>>> onDisk(MemorySpace space) {
        return new GroupedOnDisk<>(space, shape());
    }
}
