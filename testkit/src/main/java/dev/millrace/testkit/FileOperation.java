/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

/** The operations of a {@link dev.millrace.spi.FileStore}. */
public enum FileOperation {
    /** The names in a directory are asked for. */
    LIST,
    /** A file is opened to be read. */
    OPEN,
    /** A file is begun. */
    CREATE,
    /** Bytes are added to a file that was begun. */
    APPEND,
    /** Of a file being written, or of what is seen of a file or directory. */
    SYNC,
    /** A file or directory is moved. */
    RENAME,
    /** A file or directory is deleted. */
    DELETE,
    /** A name is locked. */
    LOCK
}
