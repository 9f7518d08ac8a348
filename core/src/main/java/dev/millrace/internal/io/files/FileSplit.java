/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import java.io.Serializable;
import java.util.List;

/**
 * A run of bytes of a file; the records that start in it belong to it.
 *
 * @param path the file, as {@link FilePaths} writes it
 * @param from the first byte
 * @param until one past the last byte
 * @param size the whole file's size when it was taken
 */
record FileSplit(String path, long from, long until, long size) implements Serializable {
    List<Object> toData() {
        return List.of(path, from, until, size);
    }

    static boolean isData(List<?> fields) {
        return fields.size() == 4
                && fields.get(0) instanceof String
                && fields.subList(1, 4).stream().allMatch(Long.class::isInstance);
    }

    static FileSplit fromData(List<?> fields) {
        return new FileSplit((String) fields.get(0), (long) fields.get(1), (long) fields.get(2), (long) fields.get(3));
    }
}
