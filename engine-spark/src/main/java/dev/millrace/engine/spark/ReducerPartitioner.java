/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import org.apache.spark.Partitioner;

/** Sends a block to the reducer that it names. */
final class ReducerPartitioner extends Partitioner {
    private final int reducers;

    ReducerPartitioner(int reducers) {
        this.reducers = reducers;
    }

    @Override
    public int numPartitions() {
        return reducers;
    }

    @Override
    public int getPartition(Object key) {
        return ((BlockKey) key).reducer();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReducerPartitioner that && that.reducers == reducers;
    }

    @Override
    public int hashCode() {
        return reducers;
    }
}
