/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.OrderedMap;
import java.util.ArrayList;
import java.util.List;

/** A {@link GroupedWindow} on disk. Its result is as long as its panes, so each slide reads them all. */
@SuppressWarnings("unchecked") // as it was written
final class GroupedOnDisk<K, V> extends WindowOnDisk<K, List<V>, List<V>> {
    private static final int PARTS = 3;
    private static final int VALUES = 2;

    GroupedOnDisk(MemorySpace space, WindowShape shape) {
        super(space, shape, PARTS, 1);
    }

    @Override
    boolean isIncremental() {
        return false;
    }

    @Override
    void move(int bucket, Slide slide, OrderedMap<K, Object[]> held) {
        read(slide.to() - shape().length(), slide.to(), bucket, (pane, record) -> {
            Object[] row = entered(held, record);
            if (row[VALUES] == null) {
                row[VALUES] = new ArrayList<V>();
            }
            ((List<V>) row[VALUES]).addAll((List<V>) record[VALUES]);
        });
    }

    @Override
    List<V> value(Object[] row) {
        return (List<V>) row[VALUES];
    }
}
