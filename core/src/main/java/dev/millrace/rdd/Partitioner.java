/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import java.io.Serializable;

/**
 * Says which partition a key belongs to. Two equal partitioners put every key in the same place, so data that is
 * already laid out by an equal one is not moved again; subclasses define {@code equals} and {@code hashCode} so.
 */
public abstract class Partitioner implements Serializable {
    /** The number of partitions, at least 1; always the same for one partitioner. */
    public abstract int numPartitions();

    /** The partition of {@code key}, from 0 to {@code numPartitions() - 1}; the same in every run. */
    public abstract int getPartition(Object key);
}
