/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.ingest;

import dev.millrace.spi.PartitionedSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** The lines of text files, one partition a split. */
public final class TextFiles implements PartitionedSource<String> {
    private final List<FileSplit> splits;

    TextFiles(List<FileSplit> splits) {
        this.splits = List.copyOf(splits);
    }

    /** Of a file, or of the visible files of a directory by name. */
    public static TextFiles of(Path path, long splitBytes) {
        List<FileSplit> splits = new ArrayList<>();
        try (Stream<Path> files = Files.isDirectory(path) ? Files.list(path).sorted() : Stream.of(path)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (!Files.isDirectory(file) && FileNames.isVisible(file)) {
                    splits.addAll(split(file.toString(), Files.size(file), splitBytes));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the text files of " + path + " cannot be listed; check the path", e);
        }
        return new TextFiles(splits);
    }

    static List<FileSplit> split(String file, long size, long splitBytes) {
        List<FileSplit> splits = new ArrayList<>();
        for (long from = 0; from < size; from += splitBytes) {
            splits.add(new FileSplit(file, from, Math.min(size, from + splitBytes)));
        }
        return splits;
    }

    @Override
    public int partitions() {
        return splits.size();
    }

    @Override
    public Iterator<String> read(int partition) throws IOException {
        return new LineIterator(splits.get(partition));
    }
}
