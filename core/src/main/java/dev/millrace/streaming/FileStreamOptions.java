/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * Which files of its directory a file stream reads.
 *
 * @param filter asked for each path that was not seen before, at the start and on the driver loop; hidden and temporary
 *     names are passed over before
 * @param newFilesOnly whether files that are there at the very first start are passed over
 */
public record FileStreamOptions(Predicate<Path> filter, boolean newFilesOnly) {
    /** All files that appear after the first start. */
    public static final FileStreamOptions NEW_FILES = new FileStreamOptions(path -> true, true);

    /** All files, those that are there at the first start too. */
    public static final FileStreamOptions ALL_FILES = new FileStreamOptions(path -> true, false);

    /** The same, of the files that {@code filter} takes. */
    public FileStreamOptions where(Predicate<Path> filter) {
        return new FileStreamOptions(filter, newFilesOnly);
    }
}
