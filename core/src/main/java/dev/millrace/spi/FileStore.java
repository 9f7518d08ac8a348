/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Where a checkpoint lives: a directory of files. Paths are relative, with {@code /}. Safe for several threads. */
public interface FileStore {
    /** The names in a directory, sorted; none if there is no such directory. */
    List<String> list(String directory) throws IOException;

    InputStream open(String path) throws IOException;

    /** Starts a file that must not exist yet, and the directories above it. */
    Appender create(String path) throws IOException;

    /** Moves a file or directory in one step, durably; the target must not exist. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file, or a directory with all in it; fine if there is none. */
    void delete(String path) throws IOException;

    /**
     * Takes the directory for this program alone, until the lock is closed or the process ends.
     *
     * @throws dev.millrace.error.CheckpointException if another program has it
     */
    Lock lock() throws IOException;

    /** A directory taken. */
    interface Lock extends AutoCloseable {
        @Override
        void close();
    }

    /** For people: where this is. */
    String location();

    /** A file being written. */
    interface Appender extends AutoCloseable {
        void append(byte[] bytes) throws IOException;

        /** Returns when all that was appended survives a power failure. */
        void sync() throws IOException;

        @Override
        void close() throws IOException;
    }
}
