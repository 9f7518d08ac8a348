/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** A part of a file that a batch has taken; all of it, unless its format allows it to be cut. */
public interface FilePart {
    /** The file. */
    Path path();

    /** The part's first byte. */
    long from();

    /** One past the part's last byte. */
    long until();

    /** The file's size when it was taken; what is appended later is not read. */
    long size();

    /**
     * The file's bytes from {@code position} to its size, unbuffered; {@code position} may lie outside the part.
     *
     * @throws java.nio.file.NoSuchFileException if the file is gone
     */
    InputStream open(long position) throws IOException;

    /** The file's bytes from the part's first to the file's last, unbuffered. */
    default InputStream open() throws IOException {
        return open(from());
    }
}
