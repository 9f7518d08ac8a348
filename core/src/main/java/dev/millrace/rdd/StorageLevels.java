/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

/** The usual storage levels, as fields; {@link StorageLevel} has them as methods. */
public final class StorageLevels {
    public static final StorageLevel NONE = new StorageLevel(false, false, false, false, 1);
    public static final StorageLevel DISK_ONLY = new StorageLevel(true, false, false, false, 1);
    public static final StorageLevel DISK_ONLY_2 = new StorageLevel(true, false, false, false, 2);
    public static final StorageLevel DISK_ONLY_3 = new StorageLevel(true, false, false, false, 3);
    public static final StorageLevel MEMORY_ONLY = new StorageLevel(false, true, false, true, 1);
    public static final StorageLevel MEMORY_ONLY_2 = new StorageLevel(false, true, false, true, 2);
    public static final StorageLevel MEMORY_ONLY_SER = new StorageLevel(false, true, false, false, 1);
    public static final StorageLevel MEMORY_ONLY_SER_2 = new StorageLevel(false, true, false, false, 2);
    public static final StorageLevel MEMORY_AND_DISK = new StorageLevel(true, true, false, true, 1);
    public static final StorageLevel MEMORY_AND_DISK_2 = new StorageLevel(true, true, false, true, 2);
    public static final StorageLevel MEMORY_AND_DISK_SER = new StorageLevel(true, true, false, false, 1);
    public static final StorageLevel MEMORY_AND_DISK_SER_2 = new StorageLevel(true, true, false, false, 2);
    public static final StorageLevel OFF_HEAP = new StorageLevel(true, true, true, false, 1);

    private StorageLevels() {}
}
