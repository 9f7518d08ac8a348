/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.internal.lineage.StableHash;

/** Puts a key into partition {@code stable hash modulo n}; refuses keys whose hash differs between runs. */
public final class HashPartitioner extends Partitioner {
    private final int partitions;

    /**
     * A partitioner over {@code partitions} partitions.
     *
     * @throws IllegalArgumentException if there is not at least 1
     */
    public HashPartitioner(int partitions) {
        if (partitions < 1) {
            throw new IllegalArgumentException(
                    "HashPartitioner of " + partitions + " partitions; there must be at least 1");
        }
        this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
        return partitions;
    }

    @Override
    public int getPartition(Object key) {
        return Math.floorMod(StableHash.of(key), partitions);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HashPartitioner that && that.partitions == partitions;
    }

    @Override
    public int hashCode() {
        return partitions;
    }

    @Override
    public String toString() {
        return "HashPartitioner(" + partitions + ")";
    }
}
