/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.OrderedMap;

/** An {@link InvertedWindow} on disk: a row has the value of a key, and how many panes have it. */
@SuppressWarnings("unchecked") // as it was written
final class InvertedOnDisk<K, V> extends WindowOnDisk<K, V, V> {
    private static final int PARTS = 4;
    private static final int VALUE = 2; // of a record too
    private static final int PANES = 3;

    private final Merge<V> merge;
    private final Inverse<V> inverse;

    InvertedOnDisk(Merge<V> merge, Inverse<V> inverse, MemorySpace space, WindowShape shape) {
        super(space, shape, PARTS, 1);
        this.merge = merge;
        this.inverse = inverse;
    }

    @Override
    void move(int bucket, Slide slide, OrderedMap<K, Object[]> held) {
        long left = slide.to() - shape().length();
        if (!slide.anew()) {
            read(slide.from() - shape().length(), left, bucket, (pane, record) -> leave(held, record));
        }
        read(Math.max(slide.from(), left), slide.to(), bucket, (pane, record) -> enter(entered(held, record), record));
    }

    private void leave(OrderedMap<K, Object[]> held, Object[] record) {
        K key = key(record);
        int index = held.find(key, StableHash.of(key));
        Object[] row = held.value(index);
        int panes = (Integer) row[PANES] - 1;
        if (panes == 0) {
            held.remove(index);
        } else {
            row[PANES] = panes;
            row[VALUE] = inverse.call((V) row[VALUE], (V) record[VALUE]);
        }
    }

    private void enter(Object[] row, Object[] record) {
        V value = (V) record[VALUE];
        row[VALUE] = row[PANES] == null ? value : merge.of((V) row[VALUE], value);
        row[PANES] = row[PANES] == null ? 1 : (Integer) row[PANES] + 1;
    }

    @Override
    V value(Object[] row) {
        return (V) row[VALUE];
    }
}
