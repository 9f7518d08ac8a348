/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import java.io.Serializable;

/**
 * The places in which kept data may stand. In this process there is one copy of everything: {@code replication} counts on Spark
 * only, and off-heap levels are kept on disk.
 *
 * @param useDisk what finds no room in memory goes to disk, rather than being computed again or waited for
 * @param useMemory it stands in memory while there is room
 * @param useOffHeap on Spark: outside the heap
 * @param deserialized as objects, rather than as bytes
 * @param replication how many copies a cluster keeps
 */
public record StorageLevel(
        boolean useDisk, boolean useMemory, boolean useOffHeap, boolean deserialized, int replication)
        implements Serializable {

    public StorageLevel {
        if (replication < 1 || replication > 40) {
            throw new IllegalArgumentException("a replication of " + replication + "; it must be from 1 to 40");
        }
    }

    /**
     * The level of a name as the constants of {@link StorageLevels} have it, such as {@code MEMORY_AND_DISK}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static StorageLevel fromString(String name) {
        StorageLevel level = StorageLevels.BY_NAME.get(name);
        if (level == null) {
            throw new IllegalArgumentException("\"" + name + "\" is no storage level; use one of "
                    + String.join(", ", StorageLevels.BY_NAME.keySet()));
        }
        return level;
    }

    /** The places, the form and the number of copies in words. */
    public String description() {
        String places =
                (useDisk ? "disk, " : "") + (useMemory ? (useOffHeap ? "memory off the heap, " : "memory, ") : "");
        return (places.isEmpty() ? "nowhere, " : places)
                + (deserialized ? "as objects, " : "as bytes, ")
                + replication
                + (replication == 1 ? " copy" : " copies");
    }

    /** {@link StorageLevels#NONE}. */
    public static StorageLevel NONE() {
        return StorageLevels.NONE;
    }

    /** {@link StorageLevels#DISK_ONLY}. */
    public static StorageLevel DISK_ONLY() {
        return StorageLevels.DISK_ONLY;
    }

    /** {@link StorageLevels#DISK_ONLY_2}. */
    public static StorageLevel DISK_ONLY_2() {
        return StorageLevels.DISK_ONLY_2;
    }

    /** {@link StorageLevels#DISK_ONLY_3}. */
    public static StorageLevel DISK_ONLY_3() {
        return StorageLevels.DISK_ONLY_3;
    }

    /** {@link StorageLevels#MEMORY_ONLY}. */
    public static StorageLevel MEMORY_ONLY() {
        return StorageLevels.MEMORY_ONLY;
    }

    /** {@link StorageLevels#MEMORY_ONLY_2}. */
    public static StorageLevel MEMORY_ONLY_2() {
        return StorageLevels.MEMORY_ONLY_2;
    }

    /** {@link StorageLevels#MEMORY_ONLY_SER}. */
    public static StorageLevel MEMORY_ONLY_SER() {
        return StorageLevels.MEMORY_ONLY_SER;
    }

    /** {@link StorageLevels#MEMORY_ONLY_SER_2}. */
    public static StorageLevel MEMORY_ONLY_SER_2() {
        return StorageLevels.MEMORY_ONLY_SER_2;
    }

    /** {@link StorageLevels#MEMORY_AND_DISK}. */
    public static StorageLevel MEMORY_AND_DISK() {
        return StorageLevels.MEMORY_AND_DISK;
    }

    /** {@link StorageLevels#MEMORY_AND_DISK_2}. */
    public static StorageLevel MEMORY_AND_DISK_2() {
        return StorageLevels.MEMORY_AND_DISK_2;
    }

    /** {@link StorageLevels#MEMORY_AND_DISK_SER}. */
    public static StorageLevel MEMORY_AND_DISK_SER() {
        return StorageLevels.MEMORY_AND_DISK_SER;
    }

    /** {@link StorageLevels#MEMORY_AND_DISK_SER_2}. */
    public static StorageLevel MEMORY_AND_DISK_SER_2() {
        return StorageLevels.MEMORY_AND_DISK_SER_2;
    }

    /** {@link StorageLevels#OFF_HEAP}. */
    public static StorageLevel OFF_HEAP() {
        return StorageLevels.OFF_HEAP;
    }
}
