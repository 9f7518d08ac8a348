/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import java.io.IOException;

/**
 * Opens checkpoint directories that are not on the local file system. Found by {@link java.util.ServiceLoader}; which one
 * is asked is decided by what stands before {@code ://}.
 */
public interface FileStoreProvider {
    /** Returns whether this provider knows directories of a scheme, such as {@code hdfs} of {@code hdfs://host/a}. Any case. */
    boolean accepts(String scheme);

    /**
     * The files of a directory, which need not exist yet. Nothing is read or written here.
     *
     * @param directory as the program gave it, with its scheme
     */
    FileStore open(String directory) throws IOException;
}
