/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.Comparator;

/**
 * The place of a block in a shuffle; sorted, the blocks of a reducer stand in the order in which their records would
 * have been read from the map tasks' partitions.
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot read records
record BlockKey(int reducer, int mapTask, int sequence) implements Serializable, Comparable<BlockKey> {
    private static final Comparator<BlockKey> ORDER = Comparator.comparingInt(BlockKey::reducer)
            .thenComparingInt(BlockKey::mapTask)
            .thenComparingInt(BlockKey::sequence);

    @Override
    public int compareTo(BlockKey other) {
        return ORDER.compare(this, other);
    }
}
