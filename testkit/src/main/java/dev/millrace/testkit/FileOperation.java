/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

/** What a program asks of a {@link dev.millrace.spi.FileStore}. */
public enum FileOperation {
    LIST,
    OPEN,
    CREATE,
    APPEND,
    /** Of a file being written, or of what is seen of a file or directory. */
    SYNC,
    RENAME,
    DELETE,
    LOCK
}
