/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

/** The usual storage levels, as fields; {@link StorageLevel} has them as methods. */
public final class StorageLevels {
    /** Nothing is kept. */
    public static final StorageLevel NONE = new StorageLevel(false, false, false, false, 1);
    /** On disk, as bytes. */
    public static final StorageLevel DISK_ONLY = new StorageLevel(true, false, false, false, 1);
    /** On disk, as bytes; two copies on Spark. */
    public static final StorageLevel DISK_ONLY_2 = new StorageLevel(true, false, false, false, 2);
    /** On disk, as bytes; three copies on Spark. */
    public static final StorageLevel DISK_ONLY_3 = new StorageLevel(true, false, false, false, 3);
    /** In memory, as objects. */
    public static final StorageLevel MEMORY_ONLY = new StorageLevel(false, true, false, true, 1);
    /** In memory, as objects; two copies on Spark. */
    public static final StorageLevel MEMORY_ONLY_2 = new StorageLevel(false, true, false, true, 2);
    /** In memory, as bytes. */
    public static final StorageLevel MEMORY_ONLY_SER = new StorageLevel(false, true, false, false, 1);
    /** In memory, as bytes; two copies on Spark. */
    public static final StorageLevel MEMORY_ONLY_SER_2 = new StorageLevel(false, true, false, false, 2);
    /** In memory as objects while there is room, then on disk. */
    public static final StorageLevel MEMORY_AND_DISK = new StorageLevel(true, true, false, true, 1);
    /** In memory as objects while there is room, then on disk; two copies on Spark. */
    public static final StorageLevel MEMORY_AND_DISK_2 = new StorageLevel(true, true, false, true, 2);
    /** In memory as bytes while there is room, then on disk. */
    public static final StorageLevel MEMORY_AND_DISK_SER = new StorageLevel(true, true, false, false, 1);
    /** In memory as bytes while there is room, then on disk; two copies on Spark. */
    public static final StorageLevel MEMORY_AND_DISK_SER_2 = new StorageLevel(true, true, false, false, 2);
    /** As bytes: outside the heap on Spark, on disk in this process. */
    public static final StorageLevel OFF_HEAP = new StorageLevel(true, true, true, false, 1);

    private StorageLevels() {}
}
