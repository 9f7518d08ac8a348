/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.internal.io.files.FilePaths;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;

/**
 * A file whose bytes are read where they are used, so that a dataset of files moves their paths alone.
 *
 * @param path the file, as the dataset has it
 */
public record PortableDataStream(String path) implements Serializable {
    /** The same as {@link #path()}. */
    public String getPath() {
        return path;
    }

    /** The file from its first byte, unbuffered; the caller closes it. */
    public DataInputStream open() throws IOException {
        return new DataInputStream(Files.newInputStream(FilePaths.of(path)));
    }

    /** All bytes of the file. */
    public byte[] toArray() throws IOException {
        return Files.readAllBytes(FilePaths.of(path));
    }
}
