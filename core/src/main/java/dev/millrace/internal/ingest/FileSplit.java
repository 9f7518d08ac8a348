/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.ingest;

import java.io.Serializable;
import java.util.List;

/**
 * A run of bytes of a text file; the lines that start in it belong to it.
 *
 * @param path the file
 * @param from the first byte
 * @param until one past the last byte
 */
record FileSplit(String path, long from, long until) implements Serializable {
    List<Object> toData() {
        return List.of(path, from, until);
    }

    static FileSplit fromData(Object data) {
        List<?> fields = (List<?>) data;
        return new FileSplit((String) fields.get(0), (long) fields.get(1), (long) fields.get(2));
    }
}
