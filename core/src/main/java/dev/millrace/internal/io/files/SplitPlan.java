/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import dev.millrace.spi.FileFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the files of a batch into partitions, in order: large files are cut where their format allows it, small ones
 * share a partition. A plain function of its arguments; what it gave is written into the batch's plan.
 */
final class SplitPlan {
    /** Opening a file costs as much as reading so many bytes. */
    private static final long OPENING = 16 << 10;

    /** Cutting a file that has fewer bytes gains nothing. */
    private static final long LEAST = 1 << 20;

    private SplitPlan() {}

    /**
     * @param splitBytes the most bytes of a partition, where files can be cut
     * @param parallelism how many partitions there should be at least
     */
    static List<List<FileSplit>> partitions(
            List<WaitingFile> files, FileFormat<?> format, long splitBytes, int parallelism) {
        long total = files.stream().mapToLong(file -> file.size() + OPENING).sum();
        long share = (total + parallelism - 1) / parallelism;
        long piece = Math.min(splitBytes, Math.max(share, LEAST));
        long full = Math.min(splitBytes, share);
        List<List<FileSplit>> partitions = new ArrayList<>();
        List<FileSplit> open = new ArrayList<>();
        long weight = 0;
        for (WaitingFile file : files) {
            for (FileSplit split : pieces(file.text(), file.size(), format.splitUnit(file.path()), piece)) {
                long more = split.until() - split.from() + OPENING;
                if (!open.isEmpty() && weight + more > full) {
                    partitions.add(open);
                    open = new ArrayList<>();
                    weight = 0;
                }
                open.add(split);
                weight += more;
            }
        }
        if (!open.isEmpty()) {
            partitions.add(open);
        }
        return partitions;
    }

    /** A file in pieces of about {@code bytes}, cut at multiples of {@code unit}; whole if that is 0. */
    static List<FileSplit> pieces(String file, long size, long unit, long bytes) {
        long piece = unit == 0 ? size : Math.max(unit, bytes / unit * unit);
        List<FileSplit> splits = new ArrayList<>();
        for (long from = 0; from < size; from += piece) {
            splits.add(new FileSplit(file, from, Math.min(size, from + piece), size));
        }
        return splits;
    }
}
