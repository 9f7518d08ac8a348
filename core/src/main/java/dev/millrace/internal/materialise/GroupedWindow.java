/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.materialise;

import dev.millrace.Tuple2;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** All values of a key, the oldest first. As long as what it gives, so it is put together anew each time. */
public final class GroupedWindow<K, V> extends WindowContents<K, List<V>, List<V>> {
    private final Map<K, List<V>> keys = new LinkedHashMap<>();

    public GroupedWindow(WindowShape shape) {
        super(shape);
    }

    @Override
    protected boolean isIncremental() {
        return false;
    }

    @Override
    protected void clear() {
        keys.clear();
    }

    @Override
    protected void enter(long pane, K key, List<V> values) {
        List<V> all = keys.remove(key); // to stand at the end again
        if (all == null) {
            all = new ArrayList<>(values);
        } else {
            all.addAll(values);
        }
        keys.put(key, all);
    }

    @Override
    protected void give(long to, Consumer<Tuple2<K, List<V>>> sink) {
        keys.forEach((key, values) -> sink.accept(new Tuple2<>(key, values)));
        keys.clear();
    }

    @Override
    public long bytes() {
        return 0;
    }
}
