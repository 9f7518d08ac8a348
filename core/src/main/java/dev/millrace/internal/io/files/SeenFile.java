/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import java.util.ArrayList;
import java.util.List;

/**
 * The memory of a path that was seen.
 *
 * @param size the file's size in bytes then
 * @param stamp of the time of its last change then; equal stamps mean an unchanged file
 * @param batch the time of the batch that read it, in milliseconds, or {@link #PASSED_OVER}
 * @param absentSince since when it is gone, in seconds since the epoch, or 0
 */
record SeenFile(long size, int stamp, long batch, int absentSince) {
    static final long PASSED_OVER = -1;

    static int stamp(long modified) {
        return Long.hashCode(modified);
    }

    SeenFile absentSince(int seconds) {
        return new SeenFile(size, stamp, batch, seconds);
    }

    boolean isPassedOver() {
        return batch == PASSED_OVER;
    }

    List<Object> toData() {
        List<Object> data = new ArrayList<>(List.of(size, (long) stamp, batch));
        if (absentSince != 0) {
            data.add((long) absentSince);
        }
        return data;
    }

    static SeenFile fromData(List<?> data) {
        return new SeenFile(
                (long) data.get(0),
                (int) (long) data.get(1),
                (long) data.get(2),
                data.size() > 3 ? (int) (long) data.get(3) : 0);
    }
}
