/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitPlanTest {
    private static final int MEGABYTE = 1 << 20;
    private static final TextFormat TEXT = new TextFormat(Sources.FAIL, MEGABYTE);

    private static List<WaitingFile> files(String extension, long... sizes) {
        List<WaitingFile> files = new ArrayList<>();
        for (long size : sizes) {
            String name = "f" + files.size() + extension;
            files.add(new WaitingFile(Path.of(name), name, new FileKey(0, 0, 0), size, 0));
        }
        return files;
    }

    /** As {@code file[from,until)}, in megabytes. */
    private static List<List<String>> shown(List<List<FileSplit>> partitions) {
        return partitions.stream()
                .map(partition -> partition.stream()
                        .map(split ->
                                split.path() + "[" + split.from() / MEGABYTE + "," + split.until() / MEGABYTE + ")")
                        .toList())
                .toList();
    }

    @Test
    void shouldCutALargeFileAtTheSplitSize() {
        assertThat(shown(SplitPlan.partitions(files("", 10L * MEGABYTE), TEXT, 4 * MEGABYTE, 1)))
                .containsExactly(List.of("f0[0,4)"), List.of("f0[4,8)"), List.of("f0[8,10)"));
    }

    @Test
    void shouldFeedAllThreadsWhenAFileIsSmallerThanASplit() {
        assertThat(SplitPlan.partitions(files("", 10L * MEGABYTE), TEXT, 32 * MEGABYTE, 4))
                .hasSize(4);
    }

    @Test
    void shouldNotCutACompressedFile() {
        assertThat(shown(SplitPlan.partitions(files(".gz", 10L * MEGABYTE), TEXT, 4 * MEGABYTE, 4)))
                .containsExactly(List.of("f0.gz[0,10)"));
    }

    @Test
    void shouldCutAtRecordsWhenTheyHaveOneLength() {
        List<List<FileSplit>> partitions = SplitPlan.partitions(
                files("", 7L * MEGABYTE), new FixedRecords("binaryRecords", 7, Sources.FAIL), 2 * MEGABYTE, 1);
        assertThat(partitions)
                .hasSize(4)
                .allSatisfy(splits -> assertThat(splits.get(0).from() % 7).isZero());
    }

    @Test
    void shouldPutSmallFilesTogetherInOrder() {
        long[] sizes = new long[1000];
        java.util.Arrays.fill(sizes, 100);
        List<List<FileSplit>> partitions = SplitPlan.partitions(files("", sizes), TEXT, 32 * MEGABYTE, 3);
        assertThat(partitions).hasSizeBetween(3, 4);
        List<String> order =
                partitions.stream().flatMap(List::stream).map(FileSplit::path).toList();
        assertThat(order)
                .isEqualTo(files("", sizes).stream().map(WaitingFile::text).toList());
    }

    @Test
    void shouldMakeNoPartitionOfEmptyFiles() {
        assertThat(SplitPlan.partitions(files("", 0, 0), TEXT, MEGABYTE, 2)).isEmpty();
    }
}
