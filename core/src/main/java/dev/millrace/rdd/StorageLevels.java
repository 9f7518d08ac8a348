/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import java.util.LinkedHashMap;
import java.util.Map;

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

    static final Map<String, StorageLevel> BY_NAME = new LinkedHashMap<>();

    static {
        BY_NAME.put("NONE", NONE);
        BY_NAME.put("DISK_ONLY", DISK_ONLY);
        BY_NAME.put("DISK_ONLY_2", DISK_ONLY_2);
        BY_NAME.put("DISK_ONLY_3", DISK_ONLY_3);
        BY_NAME.put("MEMORY_ONLY", MEMORY_ONLY);
        BY_NAME.put("MEMORY_ONLY_2", MEMORY_ONLY_2);
        BY_NAME.put("MEMORY_ONLY_SER", MEMORY_ONLY_SER);
        BY_NAME.put("MEMORY_ONLY_SER_2", MEMORY_ONLY_SER_2);
        BY_NAME.put("MEMORY_AND_DISK", MEMORY_AND_DISK);
        BY_NAME.put("MEMORY_AND_DISK_2", MEMORY_AND_DISK_2);
        BY_NAME.put("MEMORY_AND_DISK_SER", MEMORY_AND_DISK_SER);
        BY_NAME.put("MEMORY_AND_DISK_SER_2", MEMORY_AND_DISK_SER_2);
        BY_NAME.put("OFF_HEAP", OFF_HEAP);
    }

    private StorageLevels() {}

    /** Like {@link #create(boolean, boolean, boolean, boolean, int)}, on the heap. */
    public static StorageLevel create(boolean useDisk, boolean useMemory, boolean deserialized, int replication) {
        return create(useDisk, useMemory, false, deserialized, replication);
    }

    /** A level of one's own; {@link StorageLevel} says what its parts mean. */
    public static StorageLevel create(
            boolean useDisk, boolean useMemory, boolean useOffHeap, boolean deserialized, int replication) {
        return new StorageLevel(useDisk, useMemory, useOffHeap, deserialized, replication);
    }
}
