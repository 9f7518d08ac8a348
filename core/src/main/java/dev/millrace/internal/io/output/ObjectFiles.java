/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.spi.Codec;
import dev.millrace.spi.PartitionedSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/** The object files of a directory, a partition a file, in order of their names. */
public final class ObjectFiles<T> implements PartitionedSource<T> {
    private final String directory;
    private final List<String> parts;
    private final Codec codec;

    private ObjectFiles(String directory, List<String> parts, Codec codec) {
        this.directory = directory;
        this.parts = parts;
        this.codec = codec;
    }

    /** @throws IllegalArgumentException if there are none */
    public static <T> ObjectFiles<T> of(String directory, Codec codec) {
        try {
            List<String> parts = new LocalFileStore(Path.of(directory))
                    .list("").stream().filter(name -> name.startsWith("part-")).toList();
            if (parts.isEmpty()) {
                throw new IllegalArgumentException(
                        "objectFile(\"" + directory
                                + "\") finds no files part-... there; name the directory of one batch, such as out/counts-1000");
            }
            return new ObjectFiles<>(directory, parts, codec);
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be listed", e);
        }
    }

    @Override
    public int partitions() {
        return parts.size();
    }

    @Override
    public Iterator<T> read(int partition) throws IOException {
        return ObjectFile.read(new LocalFileStore(Path.of(directory)), parts.get(partition), codec);
    }
}
