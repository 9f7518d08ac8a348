/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The directory of files in which a checkpoint lives. Paths are relative, with {@code /}. Safe for several threads. */
public interface FileStore {
    /**
     * Returns whether a file can grow after it was synced; the same for the life of the store. Where it cannot, as in most object stores, a
     * file is there when its first sync returns, whole and durable, and nobody sees anything of it before. That sync fails with a
     * {@link java.nio.file.FileAlreadyExistsException} if another has made the file meanwhile, and leaves nothing if the file
     * is never synced. Each sync of a log is a file then.
     */
    default boolean canAppend() {
        return true;
    }

    /** The names in a directory, sorted; none if there is no such directory. */
    List<String> list(String directory) throws IOException;

    /**
     * The file from its first byte; the caller closes it.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    InputStream open(String path) throws IOException;

    /** The file from a byte on; nothing if it is not that long. */
    default InputStream open(String path, long offset) throws IOException {
        InputStream in = open(path);
        try {
            in.skipNBytes(offset);
        } catch (EOFException e) {
            return in; // at its end
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
        return in;
    }

    /**
     * Starts a file that must not exist yet, and the directories above it. Of several that start the same one, in whatever
     * process, one succeeds, here or, where the store {@linkplain #canAppend cannot append}, in its sync.
     *
     * @throws java.nio.file.FileAlreadyExistsException if it exists
     */
    Appender create(String path) throws IOException;

    /** Moves a file or directory in one step, durably; the target must not exist. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file, or a directory with all in it; fine if there is none. */
    void delete(String path) throws IOException;

    /**
     * Makes durable what is seen of a file, or of the entries of a directory: an earlier process may have died between a
     * write and its sync, or its sync may have failed. Nothing to do where only what is durable can be seen.
     */
    default void sync(String path) throws IOException {}

    /**
     * Locks a name until the lock is closed or the process ends, however it ends; null if somebody has it, in another process
     * or in this one. The name is for this alone: no such file is ever read or written, but it may be deleted.
     */
    @Nullable
    Lock tryLock(String path) throws IOException;

    /** A name locked. */
    interface Lock extends AutoCloseable {
        @Override
        void close();
    }

    /** For people: where this is. */
    String location();

    /** A file being written. */
    interface Appender extends AutoCloseable {
        /** Adds bytes at the end, which are durable only after {@link #sync}. */
        void append(byte[] bytes) throws IOException;

        /** A part of an array, which the caller may use again afterwards. */
        default void append(byte[] bytes, int offset, int length) throws IOException {
            append(Arrays.copyOfRange(bytes, offset, offset + length));
        }

        /**
         * Returns when all that was appended survives a power failure. It is called once, after the last append, where the store
         * {@linkplain FileStore#canAppend cannot append}.
         */
        void sync() throws IOException;

        @Override
        void close() throws IOException;
    }
}
