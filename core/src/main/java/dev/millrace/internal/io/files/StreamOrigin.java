/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import java.util.List;

/**
 * The place where a file stream reads, and the time from which on: the one entry of its position that is not a file.
 *
 * @param directory the directory, perhaps with globs
 * @param newFilesOnly whether files that were there at first were passed over
 */
record StreamOrigin(String directory, boolean newFilesOnly) {
    static final String KEY = "origin";

    List<Object> toData() {
        return List.of(directory, newFilesOnly);
    }

    static StreamOrigin fromData(List<?> data) {
        return new StreamOrigin((String) data.get(0), (boolean) data.get(1));
    }
}
