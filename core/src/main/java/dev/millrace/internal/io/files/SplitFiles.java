/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import dev.millrace.internal.io.MalformedInput;
import dev.millrace.spi.FileFormat;
import dev.millrace.spi.PartitionedSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

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

    /**
     * The records of files, each partition a piece of a file.
     *
     * @param paths as {@link FileList} reads them
     * @param splitBytes the most bytes of a piece, where files can be cut
     * @param least how many pieces there should be at least, if they can be cut
     */
    public static <T> SplitFiles<T> of(
            FileFormat<T> format, String paths, long splitBytes, int least, MalformedInput malformed) {
        List<List<FileSplit>> partitions = new ArrayList<>();
        try {
            List<Path> files = FileList.of(paths);
            long total = 0;
            for (Path file : files) {
                total += Files.size(file);
            }
            long piece = Math.max(1, Math.min(splitBytes, (total + least - 1) / Math.max(1, least)));
            for (Path file : files) {
                SplitPlan.pieces(FilePaths.text(file), Files.size(file), format.splitUnit(file), piece)
                        .forEach(split -> partitions.add(List.of(split)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the files of " + paths + " cannot be listed; check the path", e);
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
