/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.error.MillraceException;
import dev.millrace.error.RefusedException;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.Partitioner;
import org.jspecify.annotations.Nullable;

/** Asks partitioners, which may be of the program. */
public final class Partitions {
    private Partitions() {}

    /**
     * The partition of a key, which is one of those that there are.
     *
     * @param operator the operator that was given the partitioner, or null where a checkpoint is read
     */
    public static int of(Partitioner partitioner, @Nullable Object key, @Nullable Operator operator) {
        if (key == null) {
            throw nullKey(operator);
        }
        if (partitioner instanceof HashPartitioner) {
            return partitioner.getPartition(key);
        }
        int partition;
        try {
            partition = partitioner.getPartition(key);
        } catch (MillraceException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new MillraceException(name(partitioner, operator) + " threw " + e + "; correct it", e);
        }
        if (partition < 0 || partition >= partitioner.numPartitions()) {
            throw new RefusedException(name(partitioner, operator) + " puts a key of type "
                    + key.getClass().getName() + " into partition " + partition + " of "
                    + partitioner.numPartitions()
                    + ", which are counted from 0; have getPartition return one of them, such as Math.floorMod(number,"
                    + " numPartitions())");
        }
        return partition;
    }

    /** The refusal of a pair without a key, by an operator that needs keys. */
    public static RefusedException nullKey(@Nullable Operator operator) {
        return new RefusedException((operator == null ? "a checkpoint" : operator)
                + " was given a pair whose key is null; give it a key, or filter such pairs out before");
    }

    private static String name(Partitioner partitioner, @Nullable Operator operator) {
        return "the partitioner " + partitioner.getClass().getName()
                + (operator == null ? "" : " given to " + operator);
    }
}
