/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;

/**
 * A file that no batch has taken yet.
 *
 * @param size in bytes
 * @param modified the time of its last change, in milliseconds
 */
record WaitingFile(Path path, String text, FileKey key, long size, long modified) {
    static final Comparator<WaitingFile> OLDEST_FIRST =
            Comparator.comparingLong(WaitingFile::modified).thenComparing(WaitingFile::text);

    WaitingFile with(BasicFileAttributes now) {
        return new WaitingFile(
                path, text, key, now.size(), now.lastModifiedTime().toMillis());
    }

    /** The memory of it once it is seen. */
    SeenFile seen(long batch) {
        return new SeenFile(size, SeenFile.stamp(modified), batch, 0);
    }
}
