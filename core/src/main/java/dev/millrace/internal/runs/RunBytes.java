/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.log.FileHeader;
import java.io.IOException;
import java.io.InputStream;

/** Access to the bytes of a run, which never change. Safe for several threads. */
public interface RunBytes extends AutoCloseable {
    /** The bytes from {@code offset} on; the caller closes it. */
    InputStream open(long offset) throws IOException;

    /**
     * Reads bytes from {@code offset} on into the first {@code length} places of an array.
     *
     * @return how many there were; fewer only at the end
     */
    int read(long offset, byte[] to, int length) throws IOException;

    /**
     * Looks at the header of the file.
     *
     * @throws MillraceException if it is another file than the one that is wanted
     */
    void check(FileHeader header);

    /** The exception that refuses a file that is not as it was written. */
    MillraceException damaged(long at, String what);

    /** The exception that refuses a file that cannot be read. */
    MillraceException unreadable(IOException cause);

    /** It is not read any more. */
    @Override
    void close();
}
