/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import dev.millrace.internal.io.MalformedInput;
import dev.millrace.spi.FileFormat;
import dev.millrace.spi.PartitionedSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** The records of files, each partition a few parts of them. */
public final class SplitFiles<T> implements PartitionedSource<T> {
    private final FileFormat<T> format;
    private final MalformedInput malformed;
    private final List<List<FileSplit>> partitions;

    SplitFiles(FileFormat<T> format, MalformedInput malformed, List<List<FileSplit>> partitions) {
        this.format = format;
        this.malformed = malformed;
        this.partitions = partitions.stream().map(List::copyOf).toList();
    }

    /** The lines of a file, or of the visible files of a directory by name; a partition a piece of a file. */
    public static SplitFiles<String> lines(Path path, long splitBytes, MalformedInput malformed, int maxLineBytes) {
        TextFormat format = new TextFormat(malformed, maxLineBytes);
        List<List<FileSplit>> partitions = new ArrayList<>();
        try (Stream<Path> files = Files.isDirectory(path) ? Files.list(path).sorted() : Stream.of(path)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (!Files.isDirectory(file)
                        && FileNames.whyPassedOver(FileNames.of(file).toString()) == null) {
                    SplitPlan.pieces(FilePaths.text(file), Files.size(file), format.splitUnit(file), splitBytes)
                            .forEach(split -> partitions.add(List.of(split)));
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(
                    "the text files of " + path + " cannot be listed; check the path", e);
        }
        return new SplitFiles<>(format, malformed, partitions);
    }

    @Override
    public int partitions() {
        return partitions.size();
    }

    @Override
    public Iterator<T> read(int partition) {
        return new SplitIterator<>(format, malformed, partitions.get(partition));
    }
}
